-- Exercises what Lua asks of the C library: numbers to text and back, files, the clock, sorting,
-- errors by longjmp, string patterns, garbage.
print(_VERSION, math.pi, 1e300 * 10, 7 // 2, 2^53 | 0, math.tointeger("8"))
print(string.format("%5.2f|%q|%-6s|%x", 3.14159, "a\nb", "ab", 255))
local f = assert(io.open("/tmp/lines", "w"))
for i = 1, 3 do f:write("line ", i, "\n") end
f:close()
for line in io.lines("/tmp/lines") do io.write("[", line, "]") end
print()
print(pcall(error, { 1 }) == false, select(2, pcall(function() return nil + 1 end)):match("arithmetic"))
print(os.rename("/tmp/lines", "/tmp/moved"), select(2, os.remove("/tmp/lines")))
print(os.time(), os.date("!%Y-%m-%d"), os.getenv("NOTHING"))
local t = {}
for i = 1, 20000 do t[i] = tostring((i * 7919) % 20011) end
table.sort(t, function(a, b) return tonumber(a) < tonumber(b) end)
print(t[1], t[20000], #table.concat(t))
print(("key = value"):gsub("(%w+) = (%w+)", "%2 = %1"))
local co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
print(co(), co(), co())
print(pcall(string.rep, "x", 1 << 40))
collectgarbage()
print(load("return 6 * 7")(), utf8.char(8364), #utf8.char(8364))
