-- Say of formulas in TeX, each a JSON string, whether pandoc can write them: JSON's true or false.
-- Used by chapters/portability.py, run by work.lua.
local options = pandoc.WriterOptions { html_math_method = 'mathml' }
return function()
  return function(given)
    local formula = pandoc.Math('InlineMath', pandoc.json.decode(given, false))
    local document, said = pandoc.Pandoc { pandoc.Para { formula } }, 0
    for _, format in ipairs { 'html', 'typst' } do
      said = said + #pandoc.log.silence(pandoc.write, document, format, options)
    end
    return pandoc.json.encode(said == 0)
  end
end
