-- Stay, and do one piece of work after another: each is a line of JSON, and so is the answer that it is done.
-- A script gives a function of a format that gives a function of a document: a line of JSON each, in and out.
-- Used by pandoc.py: pandoc lua work.lua
for line in io.lines() do
  local work = pandoc.json.decode(line, false)
  local convert = dofile(work.script)(work.format)
  local made = assert(io.open(work.made, 'wb'))
  for document in io.lines(work.given) do
    assert(made:write(convert(document), '\n'))
  end
  assert(made:close()) -- where there is no room for it, it is not done
  io.write('true\n')
  io.flush()
end
