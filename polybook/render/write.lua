-- Write syntax trees, one JSON document a line, as fragments, one JSON string a line.
-- Each document is written on its own, so its footnotes stay with it.
-- Used by fragments.py: pandoc lua write.lua FORMAT
local format = arg[1]
local options = pandoc.WriterOptions {
  html_math_method = 'mathml', highlight_method = 'none', section_divs = true, wrap_text = 'wrap-preserve'
}
for line in io.lines() do
  io.write(pandoc.json.encode(pandoc.write(pandoc.read(line, 'json'), format, options)), '\n')
end
