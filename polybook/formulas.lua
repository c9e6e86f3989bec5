-- Read formulas in TeX, one JSON string a line, and say of each, a line of JSON, whether pandoc can write it.
-- Used by showable.py: pandoc lua formulas.lua
local options = pandoc.WriterOptions { html_math_method = 'mathml' }
for line in io.lines() do
  local formula = pandoc.Math('InlineMath', pandoc.json.decode(line, false))
  local document, said = pandoc.Pandoc { pandoc.Para { formula } }, 0
  for _, format in ipairs { 'html', 'typst' } do
    said = said + #pandoc.log.silence(pandoc.write, document, format, options)
  end
  io.write(pandoc.json.encode(said == 0), '\n')
end
