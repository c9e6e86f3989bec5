-- Write syntax trees, each a JSON document, as fragments, each a JSON string.
-- Each document is written on its own, so its footnotes stay with it.
-- Used by blocks.py, run by work.lua.
local options = pandoc.WriterOptions {
  html_math_method = 'mathml', highlight_method = 'none', wrap_text = 'wrap-preserve'
}
return function(format)
  return function(document)
    return pandoc.json.encode(pandoc.write(pandoc.read(document, 'json'), format, options))
  end
end
