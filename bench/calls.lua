-- Requests for wrk, each with arguments that no other request of the run has.
--   wrk ... URL -- mcp SESSION                       raw JSON-RPC tools/call with an open session
--   wrk ... URL -- rest PREFIX COUNT CONVERSATIONS   POST /capabilities/PREFIX (COUNT 0), or PREFIX with a number
--                                                    below COUNT behind it; header Serai-Conversation with a number
--                                                    below CONVERSATIONS (0: no header)
-- The last line of the output is for the scripts:
--   RESULT requests microseconds p50 p99 max connect-errors read-errors write-errors status-errors timeouts

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local function post(path, headers, body)
  return "POST " .. path .. " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" .. headers
    .. "Content-Length: " .. #body .. "\r\n\r\n" .. body
end

function init(args)
  local run = os.time() % 100000
  -- Fixed widths, so that every request of a run has the same length.
  message = string.format("message %05d-%02d-", run, number) .. "%09d"
  counter = 0
  if args[1] == "mcp" then
    local headers = "Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2025-11-25\r\nMcp-Session-Id: "
      .. args[2] .. "\r\n"
    local body = '{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"echo","arguments":{"message":"'
      .. message .. '"}}}'
    request = function()
      counter = counter + 1
      return post("/mcp", headers, string.format(body, 1000000000 + counter, counter))
    end
  else
    local path = "/capabilities/" .. args[2]
    local count = tonumber(args[3] or 0)
    local conversations = tonumber(args[4] or 0)
    local body = '{"message":"' .. message .. '"}'
    -- A stride without a common factor visits every number, and never two neighbours in a row.
    local place = number * 31
    request = function()
      counter = counter + 1
      place = place + 7919
      local target = count > 0 and (path .. (place % count)) or path
      local headers = conversations > 0 and ("Serai-Conversation: c-" .. (place % conversations) .. "\r\n") or ""
      return post(target, headers, string.format(body, counter))
    end
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), latency.max,
    errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
