-- Give pandoc the pictures of the job, so that it reads and fetches nothing itself (--sandbox).
-- The variable POLYBOOK_MEDIA names a file of JSON: a list of {name, type, content in hexadecimal}.
function Pandoc(doc)
  local handle = assert(io.open(os.getenv('POLYBOOK_MEDIA')))
  for _, item in ipairs(pandoc.json.decode(handle:read('a'), false)) do
    local bytes = item.content:gsub('..', function(hex) return string.char(tonumber(hex, 16)) end)
    pandoc.mediabag.insert(item.name, item.type, bytes)
  end
  handle:close()
end
