-- Read Markdown texts, one JSON string a line, and write each one's syntax tree as one line of JSON.
-- One process for all texts, and each is read on its own: what one defines, another does not see.
-- Used by markup.py: pandoc lua read.lua FORMAT
local format = arg[1]
for line in io.lines() do
  local ok, result = pcall(function()
    return pandoc.write(pandoc.read(pandoc.json.decode(line, false), format), 'json')
  end)
  io.write(ok and result or pandoc.json.encode({ error = tostring(result) }), '\n')
end
