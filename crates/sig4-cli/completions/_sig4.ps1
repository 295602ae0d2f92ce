
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'sig4' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'sig4'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'sig4' {
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('sign', 'sign', [CompletionResultType]::ParameterValue, 'Sign a request without sending it')
            [CompletionResult]::new('presign', 'presign', [CompletionResultType]::ParameterValue, 'Presign a URL')
            [CompletionResult]::new('token', 'token', [CompletionResultType]::ParameterValue, 'Print a token made of a signature: for RDS, EKS, MSK and other services')
            [CompletionResult]::new('call', 'call', [CompletionResultType]::ParameterValue, 'Sign a request, send it and print the response')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Verify the signature of a request. Exit status: 0 if it verifies, 1 if it is refused')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain why a request does not verify. Exit status: 0 if nothing is wrong, 1 otherwise')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Serve an HTTP API or a REST API with IAM authorization on this machine, from a CDK stack or a configuration file')
            [CompletionResult]::new('authorize', 'authorize', [CompletionResultType]::ParameterValue, 'Authorize requests for a proxy: Envoy, nginx, Traefik, Caddy or HAProxy asks about each of them')
            [CompletionResult]::new('conformance', 'conformance', [CompletionResultType]::ParameterValue, 'Check another signer against the test suites. Exit status: 0 if it conforms, 1 otherwise')
            [CompletionResult]::new('keys', 'keys', [CompletionResultType]::ParameterValue, 'Derive signing keys of single days for processes that must not have secrets')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page, or write all manual pages to a folder')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'sig4;sign' {
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'The method, as curl takes it')
            [CompletionResult]::new('--request', '--request', [CompletionResultType]::ParameterName, 'The method, as curl takes it')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'A header to send and sign. `name;` sends an empty header, `name:` leaves out one that is sent by default. May be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A header to send and sign. `name;` sends an empty header, `name:` leaves out one that is sent by default. May be repeated')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'The user-agent header')
            [CompletionResult]::new('--user-agent', '--user-agent', [CompletionResultType]::ParameterName, 'The user-agent header')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'The referer header')
            [CompletionResult]::new('--referer', '--referer', [CompletionResultType]::ParameterName, 'The referer header')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'The cookie header. May be repeated. Files with cookies are not read')
            [CompletionResult]::new('--cookie', '--cookie', [CompletionResultType]::ParameterName, 'The cookie header. May be repeated. Files with cookies are not read')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded')
            [CompletionResult]::new('--data-ascii', '--data-ascii', [CompletionResultType]::ParameterName, 'The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded')
            [CompletionResult]::new('--data-binary', '--data-binary', [CompletionResultType]::ParameterName, 'Like --data; a file is sent byte for byte')
            [CompletionResult]::new('--data-raw', '--data-raw', [CompletionResultType]::ParameterName, 'Like --data; `@` and `-` have no meaning')
            [CompletionResult]::new('--data-urlencode', '--data-urlencode', [CompletionResultType]::ParameterName, 'Like --data, percent-encoded: CONTENT, NAME=CONTENT, @FILE or NAME@FILE')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'A body in JSON, with the headers content-type and accept. For output in JSON give --format json')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'A field of multipart/form-data, or a file; `;type=TYPE` and `;filename=NAME` may follow. May be repeated')
            [CompletionResult]::new('--form', '--form', [CompletionResultType]::ParameterName, 'A field of multipart/form-data, or a file; `;type=TYPE` and `;filename=NAME` may follow. May be repeated')
            [CompletionResult]::new('--form-string', '--form-string', [CompletionResultType]::ParameterName, 'Like --form; `@`, `<` and `;` have no meaning')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile; us-east-1 for this machine]')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'The service [default: from the host; execute-api for this machine]')
            [CompletionResult]::new('--aws-sigv4', '--aws-sigv4', [CompletionResultType]::ParameterName, 'The region and the service, as curl takes them')
            [CompletionResult]::new('--region-set', '--region-set', [CompletionResultType]::ParameterName, 'Sign with Signature Version 4a for these regions, such as ''*'' or us-*,eu-west-1')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of signing [default: now]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'A profile of the shared AWS files, instead of the credentials in the environment')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--access-key', '--access-key', [CompletionResultType]::ParameterName, 'The access key id, as awscurl takes it')
            [CompletionResult]::new('--secret-key', '--secret-key', [CompletionResultType]::ParameterName, 'The secret key, as awscurl takes it. Every user of this machine can read it')
            [CompletionResult]::new('--session-token', '--session-token', [CompletionResultType]::ParameterName, 'The session token of temporary credentials given here. Every user of this machine can read it')
            [CompletionResult]::new('--presign', '--presign', [CompletionResultType]::ParameterName, 'Print a presigned URL that is valid for this many seconds, 1 to 604800, as sig4 presign does')
            [CompletionResult]::new('--show', '--show', [CompletionResultType]::ParameterName, 'Print stages of the signature instead')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The output')
            [CompletionResult]::new('-I', '-I ', [CompletionResultType]::ParameterName, 'Ask for the head alone, with HEAD')
            [CompletionResult]::new('--head', '--head', [CompletionResultType]::ParameterName, 'Ask for the head alone, with HEAD')
            [CompletionResult]::new('-G', '-G ', [CompletionResultType]::ParameterName, 'Put the data into the query of the URL, and send GET')
            [CompletionResult]::new('--get', '--get', [CompletionResultType]::ParameterName, 'Put the data into the query of the URL, and send GET')
            [CompletionResult]::new('--unsigned-payload', '--unsigned-payload', [CompletionResultType]::ParameterName, 'Exclude the body from the signature')
            [CompletionResult]::new('--s3-session', '--s3-session', [CompletionResultType]::ParameterName, 'The session token is one of S3 Express One Zone, from CreateSession: it is sent as x-amz-s3session-token')
            [CompletionResult]::new('--jsonl', '--jsonl', [CompletionResultType]::ParameterName, 'Read requests to sign from standard input, one JSON object per line, and answer each with one line')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;presign' {
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'The method, as curl takes it')
            [CompletionResult]::new('--request', '--request', [CompletionResultType]::ParameterName, 'The method, as curl takes it')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'A header to send and sign. `name;` sends an empty header, `name:` leaves out one that is sent by default. May be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A header to send and sign. `name;` sends an empty header, `name:` leaves out one that is sent by default. May be repeated')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'The user-agent header')
            [CompletionResult]::new('--user-agent', '--user-agent', [CompletionResultType]::ParameterName, 'The user-agent header')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'The referer header')
            [CompletionResult]::new('--referer', '--referer', [CompletionResultType]::ParameterName, 'The referer header')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'The cookie header. May be repeated. Files with cookies are not read')
            [CompletionResult]::new('--cookie', '--cookie', [CompletionResultType]::ParameterName, 'The cookie header. May be repeated. Files with cookies are not read')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded')
            [CompletionResult]::new('--data-ascii', '--data-ascii', [CompletionResultType]::ParameterName, 'The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded')
            [CompletionResult]::new('--data-binary', '--data-binary', [CompletionResultType]::ParameterName, 'Like --data; a file is sent byte for byte')
            [CompletionResult]::new('--data-raw', '--data-raw', [CompletionResultType]::ParameterName, 'Like --data; `@` and `-` have no meaning')
            [CompletionResult]::new('--data-urlencode', '--data-urlencode', [CompletionResultType]::ParameterName, 'Like --data, percent-encoded: CONTENT, NAME=CONTENT, @FILE or NAME@FILE')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'A body in JSON, with the headers content-type and accept. For output in JSON give --format json')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'A field of multipart/form-data, or a file; `;type=TYPE` and `;filename=NAME` may follow. May be repeated')
            [CompletionResult]::new('--form', '--form', [CompletionResultType]::ParameterName, 'A field of multipart/form-data, or a file; `;type=TYPE` and `;filename=NAME` may follow. May be repeated')
            [CompletionResult]::new('--form-string', '--form-string', [CompletionResultType]::ParameterName, 'Like --form; `@`, `<` and `;` have no meaning')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile; us-east-1 for this machine]')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'The service [default: from the host; execute-api for this machine]')
            [CompletionResult]::new('--aws-sigv4', '--aws-sigv4', [CompletionResultType]::ParameterName, 'The region and the service, as curl takes them')
            [CompletionResult]::new('--region-set', '--region-set', [CompletionResultType]::ParameterName, 'Sign with Signature Version 4a for these regions, such as ''*'' or us-*,eu-west-1')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of signing [default: now]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'A profile of the shared AWS files, instead of the credentials in the environment')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--access-key', '--access-key', [CompletionResultType]::ParameterName, 'The access key id, as awscurl takes it')
            [CompletionResult]::new('--secret-key', '--secret-key', [CompletionResultType]::ParameterName, 'The secret key, as awscurl takes it. Every user of this machine can read it')
            [CompletionResult]::new('--session-token', '--session-token', [CompletionResultType]::ParameterName, 'The session token of temporary credentials given here. Every user of this machine can read it')
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'How long the URL is valid, in seconds, 1 to 604800')
            [CompletionResult]::new('--expires-in', '--expires-in', [CompletionResultType]::ParameterName, 'How long the URL is valid, in seconds, 1 to 604800')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The output: the URL, or a JSON object')
            [CompletionResult]::new('-I', '-I ', [CompletionResultType]::ParameterName, 'Ask for the head alone, with HEAD')
            [CompletionResult]::new('--head', '--head', [CompletionResultType]::ParameterName, 'Ask for the head alone, with HEAD')
            [CompletionResult]::new('-G', '-G ', [CompletionResultType]::ParameterName, 'Put the data into the query of the URL, and send GET')
            [CompletionResult]::new('--get', '--get', [CompletionResultType]::ParameterName, 'Put the data into the query of the URL, and send GET')
            [CompletionResult]::new('--unsigned-payload', '--unsigned-payload', [CompletionResultType]::ParameterName, 'Exclude the body from the signature')
            [CompletionResult]::new('--s3-session', '--s3-session', [CompletionResultType]::ParameterName, 'The session token is one of S3 Express One Zone, from CreateSession: it is sent as x-amz-s3session-token')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;token' {
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('rds', 'rds', [CompletionResultType]::ParameterValue, 'Print the password of a database user of RDS or Aurora')
            [CompletionResult]::new('dsql', 'dsql', [CompletionResultType]::ParameterValue, 'Print the password of a database role of Aurora DSQL')
            [CompletionResult]::new('elasticache', 'elasticache', [CompletionResultType]::ParameterValue, 'Print the password of a user of ElastiCache')
            [CompletionResult]::new('memorydb', 'memorydb', [CompletionResultType]::ParameterValue, 'Print the password of a user of MemoryDB')
            [CompletionResult]::new('redshift', 'redshift', [CompletionResultType]::ParameterValue, 'Ask Redshift for the password of a database user, and print it')
            [CompletionResult]::new('msk', 'msk', [CompletionResultType]::ParameterValue, 'Print the bearer token of SASL/OAUTHBEARER for the brokers of MSK')
            [CompletionResult]::new('eks', 'eks', [CompletionResultType]::ParameterValue, 'Print the bearer token of a cluster of EKS, or what kubectl reads')
            [CompletionResult]::new('iot', 'iot', [CompletionResultType]::ParameterValue, 'Print the URL of MQTT over WebSocket with IoT Core')
            [CompletionResult]::new('websocket', 'websocket', [CompletionResultType]::ParameterValue, 'Print the URL that opens a WebSocket API of API Gateway')
            [CompletionResult]::new('bedrock', 'bedrock', [CompletionResultType]::ParameterValue, 'Print a short-term API key of Bedrock')
            [CompletionResult]::new('vault', 'vault', [CompletionResultType]::ParameterValue, 'Print the body of a login to HashiCorp Vault')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'sig4;token;rds' {
            [CompletionResult]::new('--hostname', '--hostname', [CompletionResultType]::ParameterName, 'The endpoint of the instance, the cluster or the proxy')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'The endpoint of the instance, the cluster or the proxy')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The port of the database')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The database user')
            [CompletionResult]::new('--db-user', '--db-user', [CompletionResultType]::ParameterName, 'The database user')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of signing [default: now]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The output: the token, or a JSON object')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'A profile of the shared AWS files, instead of the credentials in the environment')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--access-key', '--access-key', [CompletionResultType]::ParameterName, 'The access key id, as awscurl takes it')
            [CompletionResult]::new('--secret-key', '--secret-key', [CompletionResultType]::ParameterName, 'The secret key, as awscurl takes it. Every user of this machine can read it')
            [CompletionResult]::new('--session-token', '--session-token', [CompletionResultType]::ParameterName, 'The session token of temporary credentials given here. Every user of this machine can read it')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;token;dsql' {
            [CompletionResult]::new('--hostname', '--hostname', [CompletionResultType]::ParameterName, 'The endpoint of the cluster')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'The endpoint of the cluster')
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'How long the token is valid, in seconds, 1 to 604800')
            [CompletionResult]::new('--expires-in', '--expires-in', [CompletionResultType]::ParameterName, 'How long the token is valid, in seconds, 1 to 604800')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of signing [default: now]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The output: the token, or a JSON object')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'A profile of the shared AWS files, instead of the credentials in the environment')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--access-key', '--access-key', [CompletionResultType]::ParameterName, 'The access key id, as awscurl takes it')
            [CompletionResult]::new('--secret-key', '--secret-key', [CompletionResultType]::ParameterName, 'The secret key, as awscurl takes it. Every user of this machine can read it')
            [CompletionResult]::new('--session-token', '--session-token', [CompletionResultType]::ParameterName, 'The session token of temporary credentials given here. Every user of this machine can read it')
            [CompletionResult]::new('--admin', '--admin', [CompletionResultType]::ParameterName, 'Make a token for the role `admin`')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;token;elasticache' {
            [CompletionResult]::new('--cache', '--cache', [CompletionResultType]::ParameterName, 'The name of the replication group or of the serverless cache, not its endpoint')
            [CompletionResult]::new('--replication-group', '--replication-group', [CompletionResultType]::ParameterName, 'The name of the replication group or of the serverless cache, not its endpoint')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user, whose id and name are the same')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of signing [default: now]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The output: the token, or a JSON object')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'A profile of the shared AWS files, instead of the credentials in the environment')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--access-key', '--access-key', [CompletionResultType]::ParameterName, 'The access key id, as awscurl takes it')
            [CompletionResult]::new('--secret-key', '--secret-key', [CompletionResultType]::ParameterName, 'The secret key, as awscurl takes it. Every user of this machine can read it')
            [CompletionResult]::new('--session-token', '--session-token', [CompletionResultType]::ParameterName, 'The session token of temporary credentials given here. Every user of this machine can read it')
            [CompletionResult]::new('--serverless', '--serverless', [CompletionResultType]::ParameterName, 'The cache is serverless')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;token;memorydb' {
            [CompletionResult]::new('--cluster-name', '--cluster-name', [CompletionResultType]::ParameterName, 'The name of the cluster, not its endpoint')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'The name of the cluster, not its endpoint')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of signing [default: now]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The output: the token, or a JSON object')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'A profile of the shared AWS files, instead of the credentials in the environment')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--access-key', '--access-key', [CompletionResultType]::ParameterName, 'The access key id, as awscurl takes it')
            [CompletionResult]::new('--secret-key', '--secret-key', [CompletionResultType]::ParameterName, 'The secret key, as awscurl takes it. Every user of this machine can read it')
            [CompletionResult]::new('--session-token', '--session-token', [CompletionResultType]::ParameterName, 'The session token of temporary credentials given here. Every user of this machine can read it')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;token;redshift' {
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'The cluster, by its identifier')
            [CompletionResult]::new('--cluster-identifier', '--cluster-identifier', [CompletionResultType]::ParameterName, 'The cluster, by its identifier')
            [CompletionResult]::new('--cluster-name', '--cluster-name', [CompletionResultType]::ParameterName, 'The cluster, by its identifier')
            [CompletionResult]::new('--workgroup', '--workgroup', [CompletionResultType]::ParameterName, 'The workgroup of Redshift Serverless, in place of a cluster')
            [CompletionResult]::new('--workgroup-name', '--workgroup-name', [CompletionResultType]::ParameterName, 'The workgroup of Redshift Serverless, in place of a cluster')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The database user of a cluster [default: the user with the name of the caller]')
            [CompletionResult]::new('--db-user', '--db-user', [CompletionResultType]::ParameterName, 'The database user of a cluster [default: the user with the name of the caller]')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database [default: every database that the user may open]')
            [CompletionResult]::new('--db-name', '--db-name', [CompletionResultType]::ParameterName, 'The database [default: every database that the user may open]')
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'How long the password is valid, in seconds, 900 to 3600')
            [CompletionResult]::new('--expires-in', '--expires-in', [CompletionResultType]::ParameterName, 'How long the password is valid, in seconds, 900 to 3600')
            [CompletionResult]::new('--duration-seconds', '--duration-seconds', [CompletionResultType]::ParameterName, 'How long the password is valid, in seconds, 900 to 3600')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'The endpoint to ask, such as one of FIPS or of a VPC [default: that of the region]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of signing [default: now]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The output: the token, or a JSON object')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'A profile of the shared AWS files, instead of the credentials in the environment')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--access-key', '--access-key', [CompletionResultType]::ParameterName, 'The access key id, as awscurl takes it')
            [CompletionResult]::new('--secret-key', '--secret-key', [CompletionResultType]::ParameterName, 'The secret key, as awscurl takes it. Every user of this machine can read it')
            [CompletionResult]::new('--session-token', '--session-token', [CompletionResultType]::ParameterName, 'The session token of temporary credentials given here. Every user of this machine can read it')
            [CompletionResult]::new('--auto-create', '--auto-create', [CompletionResultType]::ParameterName, 'Create the user if it does not exist')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;token;msk' {
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of signing [default: now]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The output: the token, or a JSON object')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'A profile of the shared AWS files, instead of the credentials in the environment')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--access-key', '--access-key', [CompletionResultType]::ParameterName, 'The access key id, as awscurl takes it')
            [CompletionResult]::new('--secret-key', '--secret-key', [CompletionResultType]::ParameterName, 'The secret key, as awscurl takes it. Every user of this machine can read it')
            [CompletionResult]::new('--session-token', '--session-token', [CompletionResultType]::ParameterName, 'The session token of temporary credentials given here. Every user of this machine can read it')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;token;eks' {
            [CompletionResult]::new('--cluster-name', '--cluster-name', [CompletionResultType]::ParameterName, 'The name of the cluster, or its id if it is on AWS Outposts')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'The name of the cluster, or its id if it is on AWS Outposts')
            [CompletionResult]::new('--cluster-id', '--cluster-id', [CompletionResultType]::ParameterName, 'The name of the cluster, or its id if it is on AWS Outposts')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of signing [default: now]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The output: the token, or a JSON object')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'A profile of the shared AWS files, instead of the credentials in the environment')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--access-key', '--access-key', [CompletionResultType]::ParameterName, 'The access key id, as awscurl takes it')
            [CompletionResult]::new('--secret-key', '--secret-key', [CompletionResultType]::ParameterName, 'The secret key, as awscurl takes it. Every user of this machine can read it')
            [CompletionResult]::new('--session-token', '--session-token', [CompletionResultType]::ParameterName, 'The session token of temporary credentials given here. Every user of this machine can read it')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;token;iot' {
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'The device endpoint, as `aws iot describe-endpoint --endpoint-type iot:Data-ATS` prints it')
            [CompletionResult]::new('--hostname', '--hostname', [CompletionResultType]::ParameterName, 'The device endpoint, as `aws iot describe-endpoint --endpoint-type iot:Data-ATS` prints it')
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'How long the URL opens a connection, in seconds, 1 to 86400')
            [CompletionResult]::new('--expires-in', '--expires-in', [CompletionResultType]::ParameterName, 'How long the URL opens a connection, in seconds, 1 to 86400')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of signing [default: now]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The output: the token, or a JSON object')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'A profile of the shared AWS files, instead of the credentials in the environment')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--access-key', '--access-key', [CompletionResultType]::ParameterName, 'The access key id, as awscurl takes it')
            [CompletionResult]::new('--secret-key', '--secret-key', [CompletionResultType]::ParameterName, 'The secret key, as awscurl takes it. Every user of this machine can read it')
            [CompletionResult]::new('--session-token', '--session-token', [CompletionResultType]::ParameterName, 'The session token of temporary credentials given here. Every user of this machine can read it')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;token;websocket' {
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'How long the URL opens a connection, in seconds, 1 to 604800')
            [CompletionResult]::new('--expires-in', '--expires-in', [CompletionResultType]::ParameterName, 'How long the URL opens a connection, in seconds, 1 to 604800')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of signing [default: now]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The output: the token, or a JSON object')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'A profile of the shared AWS files, instead of the credentials in the environment')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--access-key', '--access-key', [CompletionResultType]::ParameterName, 'The access key id, as awscurl takes it')
            [CompletionResult]::new('--secret-key', '--secret-key', [CompletionResultType]::ParameterName, 'The secret key, as awscurl takes it. Every user of this machine can read it')
            [CompletionResult]::new('--session-token', '--session-token', [CompletionResultType]::ParameterName, 'The session token of temporary credentials given here. Every user of this machine can read it')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;token;bedrock' {
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'How long the key is valid, in seconds, 1 to 43200')
            [CompletionResult]::new('--expires-in', '--expires-in', [CompletionResultType]::ParameterName, 'How long the key is valid, in seconds, 1 to 43200')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of signing [default: now]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The output: the token, or a JSON object')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'A profile of the shared AWS files, instead of the credentials in the environment')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--access-key', '--access-key', [CompletionResultType]::ParameterName, 'The access key id, as awscurl takes it')
            [CompletionResult]::new('--secret-key', '--secret-key', [CompletionResultType]::ParameterName, 'The secret key, as awscurl takes it. Every user of this machine can read it')
            [CompletionResult]::new('--session-token', '--session-token', [CompletionResultType]::ParameterName, 'The session token of temporary credentials given here. Every user of this machine can read it')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;token;vault' {
            [CompletionResult]::new('--role', '--role', [CompletionResultType]::ParameterName, 'The role of Vault [default: the role with the caller''s name]')
            [CompletionResult]::new('--server-id', '--server-id', [CompletionResultType]::ParameterName, 'The value of X-Vault-AWS-IAM-Server-ID, if the server requires one')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of signing [default: now]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The output: the token, or a JSON object')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'A profile of the shared AWS files, instead of the credentials in the environment')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--access-key', '--access-key', [CompletionResultType]::ParameterName, 'The access key id, as awscurl takes it')
            [CompletionResult]::new('--secret-key', '--secret-key', [CompletionResultType]::ParameterName, 'The secret key, as awscurl takes it. Every user of this machine can read it')
            [CompletionResult]::new('--session-token', '--session-token', [CompletionResultType]::ParameterName, 'The session token of temporary credentials given here. Every user of this machine can read it')
            [CompletionResult]::new('--global', '--global', [CompletionResultType]::ParameterName, 'Use the global endpoint of STS, which is Vault''s default')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;token;help' {
            [CompletionResult]::new('rds', 'rds', [CompletionResultType]::ParameterValue, 'Print the password of a database user of RDS or Aurora')
            [CompletionResult]::new('dsql', 'dsql', [CompletionResultType]::ParameterValue, 'Print the password of a database role of Aurora DSQL')
            [CompletionResult]::new('elasticache', 'elasticache', [CompletionResultType]::ParameterValue, 'Print the password of a user of ElastiCache')
            [CompletionResult]::new('memorydb', 'memorydb', [CompletionResultType]::ParameterValue, 'Print the password of a user of MemoryDB')
            [CompletionResult]::new('redshift', 'redshift', [CompletionResultType]::ParameterValue, 'Ask Redshift for the password of a database user, and print it')
            [CompletionResult]::new('msk', 'msk', [CompletionResultType]::ParameterValue, 'Print the bearer token of SASL/OAUTHBEARER for the brokers of MSK')
            [CompletionResult]::new('eks', 'eks', [CompletionResultType]::ParameterValue, 'Print the bearer token of a cluster of EKS, or what kubectl reads')
            [CompletionResult]::new('iot', 'iot', [CompletionResultType]::ParameterValue, 'Print the URL of MQTT over WebSocket with IoT Core')
            [CompletionResult]::new('websocket', 'websocket', [CompletionResultType]::ParameterValue, 'Print the URL that opens a WebSocket API of API Gateway')
            [CompletionResult]::new('bedrock', 'bedrock', [CompletionResultType]::ParameterValue, 'Print a short-term API key of Bedrock')
            [CompletionResult]::new('vault', 'vault', [CompletionResultType]::ParameterValue, 'Print the body of a login to HashiCorp Vault')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'sig4;token;help;rds' {
            break
        }
        'sig4;token;help;dsql' {
            break
        }
        'sig4;token;help;elasticache' {
            break
        }
        'sig4;token;help;memorydb' {
            break
        }
        'sig4;token;help;redshift' {
            break
        }
        'sig4;token;help;msk' {
            break
        }
        'sig4;token;help;eks' {
            break
        }
        'sig4;token;help;iot' {
            break
        }
        'sig4;token;help;websocket' {
            break
        }
        'sig4;token;help;bedrock' {
            break
        }
        'sig4;token;help;vault' {
            break
        }
        'sig4;token;help;help' {
            break
        }
        'sig4;call' {
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'The method, as curl takes it')
            [CompletionResult]::new('--request', '--request', [CompletionResultType]::ParameterName, 'The method, as curl takes it')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'A header to send and sign. `name;` sends an empty header, `name:` leaves out one that is sent by default. May be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A header to send and sign. `name;` sends an empty header, `name:` leaves out one that is sent by default. May be repeated')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'The user-agent header')
            [CompletionResult]::new('--user-agent', '--user-agent', [CompletionResultType]::ParameterName, 'The user-agent header')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'The referer header')
            [CompletionResult]::new('--referer', '--referer', [CompletionResultType]::ParameterName, 'The referer header')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'The cookie header. May be repeated. Files with cookies are not read')
            [CompletionResult]::new('--cookie', '--cookie', [CompletionResultType]::ParameterName, 'The cookie header. May be repeated. Files with cookies are not read')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded')
            [CompletionResult]::new('--data-ascii', '--data-ascii', [CompletionResultType]::ParameterName, 'The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded')
            [CompletionResult]::new('--data-binary', '--data-binary', [CompletionResultType]::ParameterName, 'Like --data; a file is sent byte for byte')
            [CompletionResult]::new('--data-raw', '--data-raw', [CompletionResultType]::ParameterName, 'Like --data; `@` and `-` have no meaning')
            [CompletionResult]::new('--data-urlencode', '--data-urlencode', [CompletionResultType]::ParameterName, 'Like --data, percent-encoded: CONTENT, NAME=CONTENT, @FILE or NAME@FILE')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'A body in JSON, with the headers content-type and accept. For output in JSON give --format json')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'A field of multipart/form-data, or a file; `;type=TYPE` and `;filename=NAME` may follow. May be repeated')
            [CompletionResult]::new('--form', '--form', [CompletionResultType]::ParameterName, 'A field of multipart/form-data, or a file; `;type=TYPE` and `;filename=NAME` may follow. May be repeated')
            [CompletionResult]::new('--form-string', '--form-string', [CompletionResultType]::ParameterName, 'Like --form; `@`, `<` and `;` have no meaning')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile; us-east-1 for this machine]')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'The service [default: from the host; execute-api for this machine]')
            [CompletionResult]::new('--aws-sigv4', '--aws-sigv4', [CompletionResultType]::ParameterName, 'The region and the service, as curl takes them')
            [CompletionResult]::new('--region-set', '--region-set', [CompletionResultType]::ParameterName, 'Sign with Signature Version 4a for these regions, such as ''*'' or us-*,eu-west-1')
            [CompletionResult]::new('--presign', '--presign', [CompletionResultType]::ParameterName, 'Presign the URL for this many seconds, 1 to 604800 [default without a value: 300]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'A profile of the shared AWS files, instead of the credentials in the environment')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--access-key', '--access-key', [CompletionResultType]::ParameterName, 'The access key id, as awscurl takes it')
            [CompletionResult]::new('--secret-key', '--secret-key', [CompletionResultType]::ParameterName, 'The secret key, as awscurl takes it. Every user of this machine can read it')
            [CompletionResult]::new('--session-token', '--session-token', [CompletionResultType]::ParameterName, 'The session token of temporary credentials given here. Every user of this machine can read it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the response to this file; `-` is standard output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the response to this file; `-` is standard output')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The output: the response, or a JSON object with status, headers, body, time and explanation')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'Trust only the certificates in this PEM file [default: those of this machine, and for its own hosts that of `sig4 serve --tls`]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The time limit for the whole call, in seconds')
            [CompletionResult]::new('--max-time', '--max-time', [CompletionResultType]::ParameterName, 'The time limit for the whole call, in seconds')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'The time limit for the whole call, in seconds')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'The time limit for the connection, in seconds')
            [CompletionResult]::new('-I', '-I ', [CompletionResultType]::ParameterName, 'Ask for the head alone, with HEAD')
            [CompletionResult]::new('--head', '--head', [CompletionResultType]::ParameterName, 'Ask for the head alone, with HEAD')
            [CompletionResult]::new('-G', '-G ', [CompletionResultType]::ParameterName, 'Put the data into the query of the URL, and send GET')
            [CompletionResult]::new('--get', '--get', [CompletionResultType]::ParameterName, 'Put the data into the query of the URL, and send GET')
            [CompletionResult]::new('--s3-session', '--s3-session', [CompletionResultType]::ParameterName, 'The session token is one of S3 Express One Zone, from CreateSession: it is sent as x-amz-s3session-token')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show the stages of the signature, and the heads of the request and the response, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show the stages of the signature, and the heads of the request and the response, on standard error')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Also print the head of the response')
            [CompletionResult]::new('--include', '--include', [CompletionResultType]::ParameterName, 'Also print the head of the response')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Print no notes, no explanation and no errors')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'Print no notes, no explanation and no errors')
            [CompletionResult]::new('-S', '-S ', [CompletionResultType]::ParameterName, 'With -s: print errors')
            [CompletionResult]::new('--show-error', '--show-error', [CompletionResultType]::ParameterName, 'With -s: print errors')
            [CompletionResult]::new('--fail-with-body', '--fail-with-body', [CompletionResultType]::ParameterName, 'Has no effect: the exit status is 1 for a status of 400 and above, and the body is printed')
            [CompletionResult]::new('-L', '-L ', [CompletionResultType]::ParameterName, 'Follow up to 10 redirects. To the same scheme, host and port the request is signed again; elsewhere it goes without signature and credentials')
            [CompletionResult]::new('--location', '--location', [CompletionResultType]::ParameterName, 'Follow up to 10 redirects. To the same scheme, host and port the request is signed again; elsewhere it goes without signature and credentials')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate. Anyone on the way can then read and change the request')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate. Anyone on the way can then read and change the request')
            [CompletionResult]::new('--http1.1', '--http1.1', [CompletionResultType]::ParameterName, 'Speak HTTP/1.1 over TLS as well, where the server may offer HTTP/2')
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'Have no effect: the path and the query are always sent as they are given')
            [CompletionResult]::new('--globoff', '--globoff', [CompletionResultType]::ParameterName, 'Have no effect: the path and the query are always sent as they are given')
            [CompletionResult]::new('--path-as-is', '--path-as-is', [CompletionResultType]::ParameterName, 'path-as-is')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;verify' {
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'The method, as curl takes it')
            [CompletionResult]::new('--request', '--request', [CompletionResultType]::ParameterName, 'The method, as curl takes it')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'A header to send and sign. `name;` sends an empty header, `name:` leaves out one that is sent by default. May be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A header to send and sign. `name;` sends an empty header, `name:` leaves out one that is sent by default. May be repeated')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'The user-agent header')
            [CompletionResult]::new('--user-agent', '--user-agent', [CompletionResultType]::ParameterName, 'The user-agent header')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'The referer header')
            [CompletionResult]::new('--referer', '--referer', [CompletionResultType]::ParameterName, 'The referer header')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'The cookie header. May be repeated. Files with cookies are not read')
            [CompletionResult]::new('--cookie', '--cookie', [CompletionResultType]::ParameterName, 'The cookie header. May be repeated. Files with cookies are not read')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded')
            [CompletionResult]::new('--data-ascii', '--data-ascii', [CompletionResultType]::ParameterName, 'The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded')
            [CompletionResult]::new('--data-binary', '--data-binary', [CompletionResultType]::ParameterName, 'Like --data; a file is sent byte for byte')
            [CompletionResult]::new('--data-raw', '--data-raw', [CompletionResultType]::ParameterName, 'Like --data; `@` and `-` have no meaning')
            [CompletionResult]::new('--data-urlencode', '--data-urlencode', [CompletionResultType]::ParameterName, 'Like --data, percent-encoded: CONTENT, NAME=CONTENT, @FILE or NAME@FILE')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'A field of multipart/form-data, or a file; `;type=TYPE` and `;filename=NAME` may follow. May be repeated')
            [CompletionResult]::new('--form', '--form', [CompletionResultType]::ParameterName, 'A field of multipart/form-data, or a file; `;type=TYPE` and `;filename=NAME` may follow. May be repeated')
            [CompletionResult]::new('--form-string', '--form-string', [CompletionResultType]::ParameterName, 'Like --form; `@`, `<` and `;` have no meaning')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The file with the request: raw, an output of curl -v, a HAR file or another form of docs/explaining.md [default: standard input, if there is no URL]')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The file with the request: raw, an output of curl -v, a HAR file or another form of docs/explaining.md [default: standard input, if there is no URL]')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'The body, if the text of the request does not have it')
            [CompletionResult]::new('--entry', '--entry', [CompletionResultType]::ParameterName, 'The entry of a HAR file, or the line of a log [default: the first that was answered with 403]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The region [default: from the host, else from the signature]')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'The service [default: from the host, else from the signature]')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of receipt [default: now; explain takes the time of the answer, or that in the request]')
            [CompletionResult]::new('--authority', '--authority', [CompletionResultType]::ParameterName, 'The host and port that clients call, if a proxy changes them in the request')
            [CompletionResult]::new('--scheme', '--scheme', [CompletionResultType]::ParameterName, 'The scheme of the request, such as https')
            [CompletionResult]::new('--path-encoding', '--path-encoding', [CompletionResultType]::ParameterName, 'How the service encodes the path [default: by the service]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'A profile of the shared AWS files, instead of the credentials in the environment')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--access-key', '--access-key', [CompletionResultType]::ParameterName, 'The access key id, as awscurl takes it')
            [CompletionResult]::new('--secret-key', '--secret-key', [CompletionResultType]::ParameterName, 'The secret key, as awscurl takes it. Every user of this machine can read it')
            [CompletionResult]::new('--session-token', '--session-token', [CompletionResultType]::ParameterName, 'The session token of temporary credentials given here. Every user of this machine can read it')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The output: text, or a JSON object')
            [CompletionResult]::new('-I', '-I ', [CompletionResultType]::ParameterName, 'Ask for the head alone, with HEAD')
            [CompletionResult]::new('--head', '--head', [CompletionResultType]::ParameterName, 'Ask for the head alone, with HEAD')
            [CompletionResult]::new('-G', '-G ', [CompletionResultType]::ParameterName, 'Put the data into the query of the URL, and send GET')
            [CompletionResult]::new('--get', '--get', [CompletionResultType]::ParameterName, 'Put the data into the query of the URL, and send GET')
            [CompletionResult]::new('--clipboard', '--clipboard', [CompletionResultType]::ParameterName, 'Read the request from the clipboard')
            [CompletionResult]::new('--as-aws', '--as-aws', [CompletionResultType]::ParameterName, 'Also accept ambiguous requests that AWS accepts')
            [CompletionResult]::new('--no-normalize', '--no-normalize', [CompletionResultType]::ParameterName, 'The service keeps dot segments and repeated slashes')
            [CompletionResult]::new('--sigv4a', '--sigv4a', [CompletionResultType]::ParameterName, 'Also accept Signature Version 4a, for any region unless --region is given')
            [CompletionResult]::new('--unsigned-payload', '--unsigned-payload', [CompletionResultType]::ParameterName, 'The service accepts signatures without the body')
            [CompletionResult]::new('--s3-session', '--s3-session', [CompletionResultType]::ParameterName, 'The session token is one of S3 Express One Zone, from CreateSession: it is sent as x-amz-s3session-token')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as --format json')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;explain' {
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'The method, as curl takes it')
            [CompletionResult]::new('--request', '--request', [CompletionResultType]::ParameterName, 'The method, as curl takes it')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'A header to send and sign. `name;` sends an empty header, `name:` leaves out one that is sent by default. May be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A header to send and sign. `name;` sends an empty header, `name:` leaves out one that is sent by default. May be repeated')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'The user-agent header')
            [CompletionResult]::new('--user-agent', '--user-agent', [CompletionResultType]::ParameterName, 'The user-agent header')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'The referer header')
            [CompletionResult]::new('--referer', '--referer', [CompletionResultType]::ParameterName, 'The referer header')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'The cookie header. May be repeated. Files with cookies are not read')
            [CompletionResult]::new('--cookie', '--cookie', [CompletionResultType]::ParameterName, 'The cookie header. May be repeated. Files with cookies are not read')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded')
            [CompletionResult]::new('--data-ascii', '--data-ascii', [CompletionResultType]::ParameterName, 'The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded')
            [CompletionResult]::new('--data-binary', '--data-binary', [CompletionResultType]::ParameterName, 'Like --data; a file is sent byte for byte')
            [CompletionResult]::new('--data-raw', '--data-raw', [CompletionResultType]::ParameterName, 'Like --data; `@` and `-` have no meaning')
            [CompletionResult]::new('--data-urlencode', '--data-urlencode', [CompletionResultType]::ParameterName, 'Like --data, percent-encoded: CONTENT, NAME=CONTENT, @FILE or NAME@FILE')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'A field of multipart/form-data, or a file; `;type=TYPE` and `;filename=NAME` may follow. May be repeated')
            [CompletionResult]::new('--form', '--form', [CompletionResultType]::ParameterName, 'A field of multipart/form-data, or a file; `;type=TYPE` and `;filename=NAME` may follow. May be repeated')
            [CompletionResult]::new('--form-string', '--form-string', [CompletionResultType]::ParameterName, 'Like --form; `@`, `<` and `;` have no meaning')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The file with the request: raw, an output of curl -v, a HAR file or another form of docs/explaining.md [default: standard input, if there is no URL]')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The file with the request: raw, an output of curl -v, a HAR file or another form of docs/explaining.md [default: standard input, if there is no URL]')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'The body, if the text of the request does not have it')
            [CompletionResult]::new('--entry', '--entry', [CompletionResultType]::ParameterName, 'The entry of a HAR file, or the line of a log [default: the first that was answered with 403]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The region [default: from the host, else from the signature]')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'The service [default: from the host, else from the signature]')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of receipt [default: now; explain takes the time of the answer, or that in the request]')
            [CompletionResult]::new('--authority', '--authority', [CompletionResultType]::ParameterName, 'The host and port that clients call, if a proxy changes them in the request')
            [CompletionResult]::new('--scheme', '--scheme', [CompletionResultType]::ParameterName, 'The scheme of the request, such as https')
            [CompletionResult]::new('--path-encoding', '--path-encoding', [CompletionResultType]::ParameterName, 'How the service encodes the path [default: by the service]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'A profile of the shared AWS files, instead of the credentials in the environment')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--access-key', '--access-key', [CompletionResultType]::ParameterName, 'The access key id, as awscurl takes it')
            [CompletionResult]::new('--secret-key', '--secret-key', [CompletionResultType]::ParameterName, 'The secret key, as awscurl takes it. Every user of this machine can read it')
            [CompletionResult]::new('--session-token', '--session-token', [CompletionResultType]::ParameterName, 'The session token of temporary credentials given here. Every user of this machine can read it')
            [CompletionResult]::new('--canonical-request', '--canonical-request', [CompletionResultType]::ParameterName, 'The client''s canonical request, or its debug log, to compare')
            [CompletionResult]::new('--string-to-sign', '--string-to-sign', [CompletionResultType]::ParameterName, 'The client''s string to sign, or its debug log, to compare')
            [CompletionResult]::new('--original-body', '--original-body', [CompletionResultType]::ParameterName, 'The body as the client meant to send it')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'A host that the client may have called, such as the host of a proxy. May be repeated')
            [CompletionResult]::new('--aws-response', '--aws-response', [CompletionResultType]::ParameterName, 'The response of AWS, to the request or instead of it. Alone, it needs no credentials')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The output: text, or a JSON object')
            [CompletionResult]::new('-I', '-I ', [CompletionResultType]::ParameterName, 'Ask for the head alone, with HEAD')
            [CompletionResult]::new('--head', '--head', [CompletionResultType]::ParameterName, 'Ask for the head alone, with HEAD')
            [CompletionResult]::new('-G', '-G ', [CompletionResultType]::ParameterName, 'Put the data into the query of the URL, and send GET')
            [CompletionResult]::new('--get', '--get', [CompletionResultType]::ParameterName, 'Put the data into the query of the URL, and send GET')
            [CompletionResult]::new('--clipboard', '--clipboard', [CompletionResultType]::ParameterName, 'Read the request from the clipboard')
            [CompletionResult]::new('--as-aws', '--as-aws', [CompletionResultType]::ParameterName, 'Also accept ambiguous requests that AWS accepts')
            [CompletionResult]::new('--no-normalize', '--no-normalize', [CompletionResultType]::ParameterName, 'The service keeps dot segments and repeated slashes')
            [CompletionResult]::new('--sigv4a', '--sigv4a', [CompletionResultType]::ParameterName, 'Also accept Signature Version 4a, for any region unless --region is given')
            [CompletionResult]::new('--unsigned-payload', '--unsigned-payload', [CompletionResultType]::ParameterName, 'The service accepts signatures without the body')
            [CompletionResult]::new('--s3-session', '--s3-session', [CompletionResultType]::ParameterName, 'The session token is one of S3 Express One Zone, from CreateSession: it is sent as x-amz-s3session-token')
            [CompletionResult]::new('--show-signature', '--show-signature', [CompletionResultType]::ParameterName, 'Show the correct signature and its stages. Keep it secret: with it anyone can send the request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as --format json')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;serve' {
            [CompletionResult]::new('--template', '--template', [CompletionResultType]::ParameterName, 'The folder written by `cdk synth`, or one of its templates')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A configuration file of an API (docs/serve.md describes it). Without --config and --template, an echo is served')
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'The address to listen on: ADDR:PORT, localhost:PORT, or :PORT and PORT for loopback. Port 0 means any free port')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The port of --listen alone')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The port of --listen alone')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'The address of --listen alone')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Serve HTTPS with this certificate in PEM, followed by those of its issuers')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of --tls-cert in PEM, without a passphrase')
            [CompletionResult]::new('--tls-export', '--tls-export', [CompletionResultType]::ParameterName, 'Write the certificate of the authority of --tls to this file, or to standard output, and exit: for a browser or another program that is to trust it')
            [CompletionResult]::new('--print-env', '--print-env', [CompletionResultType]::ParameterName, 'Print the variables of a user in the form of a shell and exit: `eval "$(sig4 serve --print-env)"`. Without a name, the user is the first one')
            [CompletionResult]::new('--shell', '--shell', [CompletionResultType]::ParameterName, 'The shell of --print-env')
            [CompletionResult]::new('--allow-host', '--allow-host', [CompletionResultType]::ParameterName, 'Also accept this Host on a loopback address, with any port; on another address, accept only these and this machine''s own. May be repeated. Other hosts get 403, because a web page could point its own name to this machine')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'A user with one access key and one policy. May be repeated. The secret comes from the variable SIG4_SECRET_AKID, else from a prompt. NAME=AKID:SECRET@policy.json also works, but every user of this machine can read that secret')
            [CompletionResult]::new('--users', '--users', [CompletionResultType]::ParameterName, 'A file with users, groups, roles and policies in the form of api.toml, or `-` for standard input. May be repeated')
            [CompletionResult]::new('--demo-seed', '--demo-seed', [CompletionResultType]::ParameterName, 'Derive the secrets of the demo users from this text [default: SIG4_DEMO_SEED, else random]. The demo users exist if no other user is given. Anyone who knows the seed knows the secrets, and every user of this machine can read arguments')
            [CompletionResult]::new('--access-log', '--access-log', [CompletionResultType]::ParameterName, 'Write one JSON object per request, with the names of $context, to this file, or to standard output without a value')
            [CompletionResult]::new('--inspect', '--inspect', [CompletionResultType]::ParameterName, 'Show the requests on a page in a browser of this machine: what each client signed, what was computed and decided, the event and the reply. The page has its own loopback address, by default with any free port, and its URL is printed')
            [CompletionResult]::new('--body-budget', '--body-budget', [CompletionResultType]::ParameterName, 'The limit for all request and response bodies in memory at a time [default: from the configuration, else 268435456 (256 MiB)]')
            [CompletionResult]::new('--stack', '--stack', [CompletionResultType]::ParameterName, 'The stack, if several have an API')
            [CompletionResult]::new('--api', '--api', [CompletionResultType]::ParameterName, 'The API, if the stack has several: its logical id, its name, or its construct path')
            [CompletionResult]::new('--stage', '--stage', [CompletionResultType]::ParameterName, 'The stage [default: all stages of the template]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The region [default: from the stack or the configuration, else AWS_REGION, AWS_DEFAULT_REGION or us-east-1]')
            [CompletionResult]::new('--account', '--account', [CompletionResultType]::ParameterName, 'The account [default: from the stack or the configuration, else 123456789012]')
            [CompletionResult]::new('--parameter', '--parameter', [CompletionResultType]::ParameterName, 'A parameter of the template. May be repeated')
            [CompletionResult]::new('--runtime-command', '--runtime-command', [CompletionResultType]::ParameterName, 'Run every function with this command, which speaks the Lambda Runtime API. It is split into words as by a shell')
            [CompletionResult]::new('--function', '--function', [CompletionResultType]::ParameterName, 'Run the function of this logical id, name or construct id with this command. May be repeated')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Run at most this many calls of a function at a time, each in its own process [default: as many as there are calls, at most 16; 4 idle processes are kept]')
            [CompletionResult]::new('--env-vars', '--env-vars', [CompletionResultType]::ParameterName, 'A JSON file with values for the functions'' environment variables, as `sam local` takes it: {"FUNCTION": {"NAME": "value"}, "Parameters": {"NAME": "value"}}. Only variables that the API defines are set')
            [CompletionResult]::new('--pass-env', '--pass-env', [CompletionResultType]::ParameterName, 'Pass this variable of the server''s environment to the functions. May be repeated. PATH, HOME and LANG are always passed')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Serve HTTPS, with HTTP/2 and HTTP/1.1, with a certificate for `localhost`, the loopback addresses, and the names of --allow-host below `.localhost` and `.test`. Its authority is made once and kept in the cache folder; clients trust it with the file that the server names')
            [CompletionResult]::new('--examples', '--examples', [CompletionResultType]::ParameterName, 'Print a call of the API for each client (curl, sig4, awscurl, Node, Python, Go) and exit')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to standard output, one object per line: first the API, then a line per request as with --access-log')
            [CompletionResult]::new('--verbose-errors', '--verbose-errors', [CompletionResultType]::ParameterName, 'Tell every refused caller the cause, in the body. Without it, only a program on this machine that asks is told, as `sig4 call` does')
            [CompletionResult]::new('--no-explain', '--no-explain', [CompletionResultType]::ParameterName, 'Do not tell a program on this machine that asks, either. Give it behind a reverse proxy that adds no header of its own')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Load the API, its users and policies, and the functions again when one of their files changes. SIGHUP does the same at any time. The code of functions is always watched')
            [CompletionResult]::new('--runtime-of-any-user', '--runtime-of-any-user', [CompletionResultType]::ParameterName, 'Let processes of other users run the functions, such as a container that runs as root. Every user of this machine can then take events and forge responses')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;authorize' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file. Relative paths in it are relative to its folder')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Read the configuration and every file that it names, say what is wrong, and exit. It opens no port and connects to nothing')
            [CompletionResult]::new('--init-replay-store', '--init-replay-store', [CompletionResultType]::ParameterName, 'Prepare a new, empty Valkey or Redis for remembering used signatures, and exit. Without this, replicas refuse requests until every signature from before their start has expired')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;conformance' {
            [CompletionResult]::new('--kind', '--kind', [CompletionResultType]::ParameterName, 'Run only the cases of this kind [default with --listen: header]')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Run only cases with this text in their id or with this tag. May be repeated, which adds cases')
            [CompletionResult]::new('--ledger', '--ledger', [CompletionResultType]::ParameterName, 'Known failures, one per line: `SELECTOR… | REASON`. A selector is an id, a prefix followed by *, tag:TAG, cause:NAME or kind:KIND')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The output: text, or a JSON object')
            [CompletionResult]::new('--junit', '--junit', [CompletionResultType]::ParameterName, 'Also write the verdicts as JUnit XML')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'The time limit for an answer, or for a client')
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Start COMMAND for each case as a client of a server on loopback, and judge the request that it sends. Its arguments may contain {url}, {method}, {host}, {path}, {query}, {region}, {service}, {access_key}, {secret_key}, {session_token} and {body_file}; {headers}, {token_header} and {data} become -H and --data-binary arguments. The environment has the same values in SIG4_URL, SIG4_METHOD, SIG4_REGION, SIG4_SERVICE, SIG4_BODY_FILE, SIG4_HEADERS (JSON), SIG4_CASE (the whole case as JSON) and AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN')
            [CompletionResult]::new('--any-process', '--any-process', [CompletionResultType]::ParameterName, 'With --listen: accept requests of any process, such as one in a container. By default, on Linux, only requests of the client''s own processes count. Other systems always accept any process')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Show every failure instead of the first few')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON instead of the table, as --format json does')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;keys' {
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('derive', 'derive', [CompletionResultType]::ParameterValue, 'Print signing keys, each of one access key, day, region and service')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'sig4;keys;derive' {
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'A region of the requests. Repeat it for several')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'A service of the requests. Repeat it for several')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'The first day, in UTC. Without it, seven days before today')
            [CompletionResult]::new('--days', '--days', [CompletionResultType]::ParameterName, 'The number of days')
            [CompletionResult]::new('--access-key-id', '--access-key-id', [CompletionResultType]::ParameterName, 'Derive keys of this access key only. Repeat it for several')
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Write to this file, which only its owner can read, and replace it in one step. Without it, the keys go to standard output')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;keys;help' {
            [CompletionResult]::new('derive', 'derive', [CompletionResultType]::ParameterValue, 'Print signing keys, each of one access key, day, region and service')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'sig4;keys;help;derive' {
            break
        }
        'sig4;keys;help;help' {
            break
        }
        'sig4;completions' {
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;man' {
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'sig4;help' {
            [CompletionResult]::new('sign', 'sign', [CompletionResultType]::ParameterValue, 'Sign a request without sending it')
            [CompletionResult]::new('presign', 'presign', [CompletionResultType]::ParameterValue, 'Presign a URL')
            [CompletionResult]::new('token', 'token', [CompletionResultType]::ParameterValue, 'Print a token made of a signature: for RDS, EKS, MSK and other services')
            [CompletionResult]::new('call', 'call', [CompletionResultType]::ParameterValue, 'Sign a request, send it and print the response')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Verify the signature of a request. Exit status: 0 if it verifies, 1 if it is refused')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain why a request does not verify. Exit status: 0 if nothing is wrong, 1 otherwise')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Serve an HTTP API or a REST API with IAM authorization on this machine, from a CDK stack or a configuration file')
            [CompletionResult]::new('authorize', 'authorize', [CompletionResultType]::ParameterValue, 'Authorize requests for a proxy: Envoy, nginx, Traefik, Caddy or HAProxy asks about each of them')
            [CompletionResult]::new('conformance', 'conformance', [CompletionResultType]::ParameterValue, 'Check another signer against the test suites. Exit status: 0 if it conforms, 1 otherwise')
            [CompletionResult]::new('keys', 'keys', [CompletionResultType]::ParameterValue, 'Derive signing keys of single days for processes that must not have secrets')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page, or write all manual pages to a folder')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'sig4;help;sign' {
            break
        }
        'sig4;help;presign' {
            break
        }
        'sig4;help;token' {
            [CompletionResult]::new('rds', 'rds', [CompletionResultType]::ParameterValue, 'Print the password of a database user of RDS or Aurora')
            [CompletionResult]::new('dsql', 'dsql', [CompletionResultType]::ParameterValue, 'Print the password of a database role of Aurora DSQL')
            [CompletionResult]::new('elasticache', 'elasticache', [CompletionResultType]::ParameterValue, 'Print the password of a user of ElastiCache')
            [CompletionResult]::new('memorydb', 'memorydb', [CompletionResultType]::ParameterValue, 'Print the password of a user of MemoryDB')
            [CompletionResult]::new('redshift', 'redshift', [CompletionResultType]::ParameterValue, 'Ask Redshift for the password of a database user, and print it')
            [CompletionResult]::new('msk', 'msk', [CompletionResultType]::ParameterValue, 'Print the bearer token of SASL/OAUTHBEARER for the brokers of MSK')
            [CompletionResult]::new('eks', 'eks', [CompletionResultType]::ParameterValue, 'Print the bearer token of a cluster of EKS, or what kubectl reads')
            [CompletionResult]::new('iot', 'iot', [CompletionResultType]::ParameterValue, 'Print the URL of MQTT over WebSocket with IoT Core')
            [CompletionResult]::new('websocket', 'websocket', [CompletionResultType]::ParameterValue, 'Print the URL that opens a WebSocket API of API Gateway')
            [CompletionResult]::new('bedrock', 'bedrock', [CompletionResultType]::ParameterValue, 'Print a short-term API key of Bedrock')
            [CompletionResult]::new('vault', 'vault', [CompletionResultType]::ParameterValue, 'Print the body of a login to HashiCorp Vault')
            break
        }
        'sig4;help;token;rds' {
            break
        }
        'sig4;help;token;dsql' {
            break
        }
        'sig4;help;token;elasticache' {
            break
        }
        'sig4;help;token;memorydb' {
            break
        }
        'sig4;help;token;redshift' {
            break
        }
        'sig4;help;token;msk' {
            break
        }
        'sig4;help;token;eks' {
            break
        }
        'sig4;help;token;iot' {
            break
        }
        'sig4;help;token;websocket' {
            break
        }
        'sig4;help;token;bedrock' {
            break
        }
        'sig4;help;token;vault' {
            break
        }
        'sig4;help;call' {
            break
        }
        'sig4;help;verify' {
            break
        }
        'sig4;help;explain' {
            break
        }
        'sig4;help;serve' {
            break
        }
        'sig4;help;authorize' {
            break
        }
        'sig4;help;conformance' {
            break
        }
        'sig4;help;keys' {
            [CompletionResult]::new('derive', 'derive', [CompletionResultType]::ParameterValue, 'Print signing keys, each of one access key, day, region and service')
            break
        }
        'sig4;help;keys;derive' {
            break
        }
        'sig4;help;completions' {
            break
        }
        'sig4;help;man' {
            break
        }
        'sig4;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
