-- Asks the authorizer about a request, over HTTP. See haproxy.cfg.

local URL = os.getenv("SIG4_URL")
local TIMEOUT_MS = 5000

-- Headers of the client that name or describe the original request. They are replaced.
local ORIGINAL = "^x%-original%-"
-- The prefix of identity headers, in both spellings.
local IDENTITY = "^x[-_]sig4[-_]"
-- Headers of the client's own connection, which the question does not carry on.
local CONNECTION = {
    ["connection"] = true, ["content-length"] = true, ["expect"] = true, ["host"] = true, ["keep-alive"] = true,
    ["proxy-connection"] = true, ["te"] = true, ["trailer"] = true, ["transfer-encoding"] = true, ["upgrade"] = true,
}

-- The values of a header, as a list that begins at 1.
local function values(lines)
    local list = {}
    local i = 0
    while lines and lines[i] do
        list[#list + 1] = lines[i]
        i = i + 1
    end
    return list
end

-- The only value of a header; empty without one; nil for several.
local function single(headers, name)
    local list = values(headers[name])
    if #list > 1 then
        return nil
    end
    return list[1] or ""
end

-- The headers of the question.
local function question(txn, headers, host, length, encoding)
    local ask = {}
    for name, lines in pairs(headers) do
        if not CONNECTION[name] and not name:match(ORIGINAL) then
            ask[name] = values(lines)
        end
    end
    ask["x-original-method"] = { txn.f:method() }
    ask["x-original-uri"] = { txn.f:pathq() }
    ask["x-original-host"] = { host }
    ask["x-original-scheme"] = { txn.f:ssl_fc() == 1 and "https" or "http" }
    ask["x-original-address"] = { txn.f:src() }
    ask["x-original-framing"] = { txn.f:req_ver() .. " length=" .. length .. " encoding=" .. encoding }
    return ask
end

local function refuse(txn, status, headers, body)
    txn:done(txn:reply({ status = status, headers = headers, body = body }))
end

-- The answer of the authorizer, for the client.
local function pass_refusal(txn, answer)
    local headers = {}
    for name, lines in pairs(answer.headers or {}) do
        if not CONNECTION[name] then
            headers[name] = values(lines)
        end
    end
    refuse(txn, answer.status, headers, answer.body)
end

-- Sets the identity of the caller, for the service, and lets the request through.
local function allow(txn, headers, answer)
    for name in pairs(headers) do
        if name:match(IDENTITY) then
            txn.http:req_del_header(name)
        end
    end
    for name, lines in pairs(answer.headers or {}) do
        if name:match(IDENTITY) then
            txn.http:req_set_header(name, values(lines)[1])
        end
    end
    txn:set_var("txn.sig4_allowed", true)
end

core.register_action("sig4", { "http-req" }, function(txn)
    local headers = txn.http:req_get_headers()
    local host, length = single(headers, "host"), single(headers, "content-length")
    local encoding = single(headers, "transfer-encoding")
    if not (host and length and encoding) then
        return refuse(txn, 400, { ["content-type"] = { "application/json" } }, '{"message":"Bad Request"}')
    end
    local ask = question(txn, headers, host, length, encoding)

    -- A body that is not whole is not sent.
    local body = txn.f:req_body() or ""
    if tostring(#body) ~= length then
        body = ""
    end
    local answer = core.httpclient():post({ url = URL, headers = ask, body = body, timeout = TIMEOUT_MS })
    if answer and answer.status == 200 then
        return allow(txn, headers, answer)
    end
    if answer and answer.status and answer.status >= 400 and answer.status < 500 then
        return pass_refusal(txn, answer)
    end
    refuse(txn, 500, { ["content-type"] = { "application/json" } }, '{"message":"Internal Server Error"}')
end, 0)
