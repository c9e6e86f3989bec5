-- Read Markdown texts, each a JSON string, and write each one's syntax tree as JSON.
-- Each is read on its own: what one defines, another does not see.
-- Used by parse.py, run by work.lua.
return function(format)
  return function(text)
    local ok, result = pcall(function()
      return pandoc.write(pandoc.read(pandoc.json.decode(text, false), format), 'json')
    end)
    return ok and result or pandoc.json.encode({ error = tostring(result) })
  end
end
