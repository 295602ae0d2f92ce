# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_sig4_global_optspecs
    string join \n show-secrets h/help V/version
end

function __fish_sig4_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_sig4_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_sig4_using_subcommand
    set -l cmd (__fish_sig4_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c sig4 -n "__fish_sig4_needs_command" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_needs_command" -s h -l help -d 'Print help'
complete -c sig4 -n "__fish_sig4_needs_command" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_needs_command" -f -a "sign" -d 'Sign a request without sending it'
complete -c sig4 -n "__fish_sig4_needs_command" -f -a "presign" -d 'Presign a URL'
complete -c sig4 -n "__fish_sig4_needs_command" -f -a "token" -d 'Print a token made of a signature: for RDS, EKS, MSK and other services'
complete -c sig4 -n "__fish_sig4_needs_command" -f -a "call" -d 'Sign a request, send it and print the response'
complete -c sig4 -n "__fish_sig4_needs_command" -f -a "verify" -d 'Verify the signature of a request. Exit status: 0 if it verifies, 1 if it is refused'
complete -c sig4 -n "__fish_sig4_needs_command" -f -a "explain" -d 'Explain why a request does not verify. Exit status: 0 if nothing is wrong, 1 otherwise'
complete -c sig4 -n "__fish_sig4_needs_command" -f -a "serve" -d 'Serve an HTTP API or a REST API with IAM authorization on this machine, from a CDK stack or a configuration file'
complete -c sig4 -n "__fish_sig4_needs_command" -f -a "authorize" -d 'Authorize requests for a proxy: Envoy, nginx, Traefik, Caddy or HAProxy asks about each of them'
complete -c sig4 -n "__fish_sig4_needs_command" -f -a "conformance" -d 'Check another signer against the test suites. Exit status: 0 if it conforms, 1 otherwise'
complete -c sig4 -n "__fish_sig4_needs_command" -f -a "keys" -d 'Derive signing keys of single days for processes that must not have secrets'
complete -c sig4 -n "__fish_sig4_needs_command" -f -a "completions" -d 'Print the completions of a shell'
complete -c sig4 -n "__fish_sig4_needs_command" -f -a "man" -d 'Print the manual page, or write all manual pages to a folder'
complete -c sig4 -n "__fish_sig4_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -s X -l request -d 'The method, as curl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -s H -l header -d 'A header to send and sign. `name;` sends an empty header, `name:` leaves out one that is sent by default. May be repeated' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -s A -l user-agent -d 'The user-agent header' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -s e -l referer -d 'The referer header' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -s b -l cookie -d 'The cookie header. May be repeated. Files with cookies are not read' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -s d -l data -l data-ascii -d 'The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l data-binary -d 'Like --data; a file is sent byte for byte' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l data-raw -d 'Like --data; `@` and `-` have no meaning' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l data-urlencode -d 'Like --data, percent-encoded: CONTENT, NAME=CONTENT, @FILE or NAME@FILE' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l json -d 'A body in JSON, with the headers content-type and accept. For output in JSON give --format json' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -s F -l form -d 'A field of multipart/form-data, or a file; `;type=TYPE` and `;filename=NAME` may follow. May be repeated' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l form-string -d 'Like --form; `@`, `<` and `;` have no meaning' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l region -d 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile; us-east-1 for this machine]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l service -d 'The service [default: from the host; execute-api for this machine]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l aws-sigv4 -d 'The region and the service, as curl takes them' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l region-set -d 'Sign with Signature Version 4a for these regions, such as \'*\' or us-*,eu-west-1' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l at -d 'The time of signing [default: now]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l profile -d 'A profile of the shared AWS files, instead of the credentials in the environment' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -s u -l user -d 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l access-key -d 'The access key id, as awscurl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l secret-key -d 'The secret key, as awscurl takes it. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l session-token -d 'The session token of temporary credentials given here. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l presign -d 'Print a presigned URL that is valid for this many seconds, 1 to 604800, as sig4 presign does' -r
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l show -d 'Print stages of the signature instead' -r -f -a "canonical\t'The canonical request'
string-to-sign\t'The string to sign'
all\t'Both, the signature, and the headers or the URL that carry it'"
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l format -d 'The output' -r -f -a "headers\t'Header lines for `curl -H @-`'
curl\t'A command line of curl that can be pasted into a shell'
curl-config\t'A configuration for `curl -K -`'
http\t'The HTTP request, which sig4 verify and sig4 explain read'
json\t'A JSON object'"
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -s I -l head -d 'Ask for the head alone, with HEAD'
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -s G -l get -d 'Put the data into the query of the URL, and send GET'
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l unsigned-payload -d 'Exclude the body from the signature'
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l s3-session -d 'The session token is one of S3 Express One Zone, from CreateSession: it is sent as x-amz-s3session-token'
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l jsonl -d 'Read requests to sign from standard input, one JSON object per line, and answer each with one line'
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sig4 -n "__fish_sig4_using_subcommand sign" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -s X -l request -d 'The method, as curl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -s H -l header -d 'A header to send and sign. `name;` sends an empty header, `name:` leaves out one that is sent by default. May be repeated' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -s A -l user-agent -d 'The user-agent header' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -s e -l referer -d 'The referer header' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -s b -l cookie -d 'The cookie header. May be repeated. Files with cookies are not read' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -s d -l data -l data-ascii -d 'The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -l data-binary -d 'Like --data; a file is sent byte for byte' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -l data-raw -d 'Like --data; `@` and `-` have no meaning' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -l data-urlencode -d 'Like --data, percent-encoded: CONTENT, NAME=CONTENT, @FILE or NAME@FILE' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -l json -d 'A body in JSON, with the headers content-type and accept. For output in JSON give --format json' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -s F -l form -d 'A field of multipart/form-data, or a file; `;type=TYPE` and `;filename=NAME` may follow. May be repeated' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -l form-string -d 'Like --form; `@`, `<` and `;` have no meaning' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -l region -d 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile; us-east-1 for this machine]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -l service -d 'The service [default: from the host; execute-api for this machine]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -l aws-sigv4 -d 'The region and the service, as curl takes them' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -l region-set -d 'Sign with Signature Version 4a for these regions, such as \'*\' or us-*,eu-west-1' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -l at -d 'The time of signing [default: now]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -l profile -d 'A profile of the shared AWS files, instead of the credentials in the environment' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -s u -l user -d 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -l access-key -d 'The access key id, as awscurl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -l secret-key -d 'The secret key, as awscurl takes it. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -l session-token -d 'The session token of temporary credentials given here. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -l expires -l expires-in -d 'How long the URL is valid, in seconds, 1 to 604800' -r
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -l format -d 'The output: the URL, or a JSON object' -r -f -a "text\t'Text'
json\t'One JSON object'"
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -s I -l head -d 'Ask for the head alone, with HEAD'
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -s G -l get -d 'Put the data into the query of the URL, and send GET'
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -l unsigned-payload -d 'Exclude the body from the signature'
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -l s3-session -d 'The session token is one of S3 Express One Zone, from CreateSession: it is sent as x-amz-s3session-token'
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sig4 -n "__fish_sig4_using_subcommand presign" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and not __fish_seen_subcommand_from rds dsql elasticache memorydb redshift msk eks iot websocket bedrock vault help" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and not __fish_seen_subcommand_from rds dsql elasticache memorydb redshift msk eks iot websocket bedrock vault help" -s h -l help -d 'Print help'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and not __fish_seen_subcommand_from rds dsql elasticache memorydb redshift msk eks iot websocket bedrock vault help" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and not __fish_seen_subcommand_from rds dsql elasticache memorydb redshift msk eks iot websocket bedrock vault help" -f -a "rds" -d 'Print the password of a database user of RDS or Aurora'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and not __fish_seen_subcommand_from rds dsql elasticache memorydb redshift msk eks iot websocket bedrock vault help" -f -a "dsql" -d 'Print the password of a database role of Aurora DSQL'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and not __fish_seen_subcommand_from rds dsql elasticache memorydb redshift msk eks iot websocket bedrock vault help" -f -a "elasticache" -d 'Print the password of a user of ElastiCache'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and not __fish_seen_subcommand_from rds dsql elasticache memorydb redshift msk eks iot websocket bedrock vault help" -f -a "memorydb" -d 'Print the password of a user of MemoryDB'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and not __fish_seen_subcommand_from rds dsql elasticache memorydb redshift msk eks iot websocket bedrock vault help" -f -a "redshift" -d 'Ask Redshift for the password of a database user, and print it'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and not __fish_seen_subcommand_from rds dsql elasticache memorydb redshift msk eks iot websocket bedrock vault help" -f -a "msk" -d 'Print the bearer token of SASL/OAUTHBEARER for the brokers of MSK'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and not __fish_seen_subcommand_from rds dsql elasticache memorydb redshift msk eks iot websocket bedrock vault help" -f -a "eks" -d 'Print the bearer token of a cluster of EKS, or what kubectl reads'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and not __fish_seen_subcommand_from rds dsql elasticache memorydb redshift msk eks iot websocket bedrock vault help" -f -a "iot" -d 'Print the URL of MQTT over WebSocket with IoT Core'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and not __fish_seen_subcommand_from rds dsql elasticache memorydb redshift msk eks iot websocket bedrock vault help" -f -a "websocket" -d 'Print the URL that opens a WebSocket API of API Gateway'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and not __fish_seen_subcommand_from rds dsql elasticache memorydb redshift msk eks iot websocket bedrock vault help" -f -a "bedrock" -d 'Print a short-term API key of Bedrock'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and not __fish_seen_subcommand_from rds dsql elasticache memorydb redshift msk eks iot websocket bedrock vault help" -f -a "vault" -d 'Print the body of a login to HashiCorp Vault'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and not __fish_seen_subcommand_from rds dsql elasticache memorydb redshift msk eks iot websocket bedrock vault help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from rds" -l hostname -l host -d 'The endpoint of the instance, the cluster or the proxy' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from rds" -l port -d 'The port of the database' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from rds" -l username -l db-user -d 'The database user' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from rds" -l region -d 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from rds" -l at -d 'The time of signing [default: now]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from rds" -l format -d 'The output: the token, or a JSON object' -r -f -a "text\t'Text'
json\t'One JSON object'"
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from rds" -l profile -d 'A profile of the shared AWS files, instead of the credentials in the environment' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from rds" -s u -l user -d 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from rds" -l access-key -d 'The access key id, as awscurl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from rds" -l secret-key -d 'The secret key, as awscurl takes it. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from rds" -l session-token -d 'The session token of temporary credentials given here. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from rds" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from rds" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from rds" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from dsql" -l hostname -l host -d 'The endpoint of the cluster' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from dsql" -l expires -l expires-in -d 'How long the token is valid, in seconds, 1 to 604800' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from dsql" -l region -d 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from dsql" -l at -d 'The time of signing [default: now]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from dsql" -l format -d 'The output: the token, or a JSON object' -r -f -a "text\t'Text'
json\t'One JSON object'"
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from dsql" -l profile -d 'A profile of the shared AWS files, instead of the credentials in the environment' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from dsql" -s u -l user -d 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from dsql" -l access-key -d 'The access key id, as awscurl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from dsql" -l secret-key -d 'The secret key, as awscurl takes it. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from dsql" -l session-token -d 'The session token of temporary credentials given here. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from dsql" -l admin -d 'Make a token for the role `admin`'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from dsql" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from dsql" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from dsql" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from elasticache" -l cache -l replication-group -d 'The name of the replication group or of the serverless cache, not its endpoint' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from elasticache" -l username -d 'The user, whose id and name are the same' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from elasticache" -l region -d 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from elasticache" -l at -d 'The time of signing [default: now]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from elasticache" -l format -d 'The output: the token, or a JSON object' -r -f -a "text\t'Text'
json\t'One JSON object'"
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from elasticache" -l profile -d 'A profile of the shared AWS files, instead of the credentials in the environment' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from elasticache" -s u -l user -d 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from elasticache" -l access-key -d 'The access key id, as awscurl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from elasticache" -l secret-key -d 'The secret key, as awscurl takes it. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from elasticache" -l session-token -d 'The session token of temporary credentials given here. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from elasticache" -l serverless -d 'The cache is serverless'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from elasticache" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from elasticache" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from elasticache" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from memorydb" -l cluster-name -l cluster -d 'The name of the cluster, not its endpoint' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from memorydb" -l username -d 'The user' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from memorydb" -l region -d 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from memorydb" -l at -d 'The time of signing [default: now]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from memorydb" -l format -d 'The output: the token, or a JSON object' -r -f -a "text\t'Text'
json\t'One JSON object'"
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from memorydb" -l profile -d 'A profile of the shared AWS files, instead of the credentials in the environment' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from memorydb" -s u -l user -d 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from memorydb" -l access-key -d 'The access key id, as awscurl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from memorydb" -l secret-key -d 'The secret key, as awscurl takes it. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from memorydb" -l session-token -d 'The session token of temporary credentials given here. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from memorydb" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from memorydb" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from memorydb" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from redshift" -l cluster -l cluster-identifier -l cluster-name -d 'The cluster, by its identifier' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from redshift" -l workgroup -l workgroup-name -d 'The workgroup of Redshift Serverless, in place of a cluster' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from redshift" -l username -l db-user -d 'The database user of a cluster [default: the user with the name of the caller]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from redshift" -l database -l db-name -d 'The database [default: every database that the user may open]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from redshift" -l expires -l expires-in -l duration-seconds -d 'How long the password is valid, in seconds, 900 to 3600' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from redshift" -l endpoint-url -d 'The endpoint to ask, such as one of FIPS or of a VPC [default: that of the region]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from redshift" -l region -d 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from redshift" -l at -d 'The time of signing [default: now]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from redshift" -l format -d 'The output: the token, or a JSON object' -r -f -a "text\t'Text'
json\t'One JSON object'"
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from redshift" -l profile -d 'A profile of the shared AWS files, instead of the credentials in the environment' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from redshift" -s u -l user -d 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from redshift" -l access-key -d 'The access key id, as awscurl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from redshift" -l secret-key -d 'The secret key, as awscurl takes it. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from redshift" -l session-token -d 'The session token of temporary credentials given here. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from redshift" -l auto-create -d 'Create the user if it does not exist'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from redshift" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from redshift" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from redshift" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from msk" -l region -d 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from msk" -l at -d 'The time of signing [default: now]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from msk" -l format -d 'The output: the token, or a JSON object' -r -f -a "text\t'Text'
json\t'One JSON object'"
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from msk" -l profile -d 'A profile of the shared AWS files, instead of the credentials in the environment' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from msk" -s u -l user -d 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from msk" -l access-key -d 'The access key id, as awscurl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from msk" -l secret-key -d 'The secret key, as awscurl takes it. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from msk" -l session-token -d 'The session token of temporary credentials given here. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from msk" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from msk" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from msk" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from eks" -l cluster-name -l cluster -l cluster-id -d 'The name of the cluster, or its id if it is on AWS Outposts' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from eks" -l region -d 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from eks" -l at -d 'The time of signing [default: now]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from eks" -l format -d 'The output: the token, or a JSON object' -r -f -a "text\t'Text'
json\t'One JSON object'"
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from eks" -l profile -d 'A profile of the shared AWS files, instead of the credentials in the environment' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from eks" -s u -l user -d 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from eks" -l access-key -d 'The access key id, as awscurl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from eks" -l secret-key -d 'The secret key, as awscurl takes it. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from eks" -l session-token -d 'The session token of temporary credentials given here. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from eks" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from eks" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from eks" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from iot" -l endpoint -l hostname -d 'The device endpoint, as `aws iot describe-endpoint --endpoint-type iot:Data-ATS` prints it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from iot" -l expires -l expires-in -d 'How long the URL opens a connection, in seconds, 1 to 86400' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from iot" -l region -d 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from iot" -l at -d 'The time of signing [default: now]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from iot" -l format -d 'The output: the token, or a JSON object' -r -f -a "text\t'Text'
json\t'One JSON object'"
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from iot" -l profile -d 'A profile of the shared AWS files, instead of the credentials in the environment' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from iot" -s u -l user -d 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from iot" -l access-key -d 'The access key id, as awscurl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from iot" -l secret-key -d 'The secret key, as awscurl takes it. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from iot" -l session-token -d 'The session token of temporary credentials given here. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from iot" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from iot" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from iot" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from websocket" -l expires -l expires-in -d 'How long the URL opens a connection, in seconds, 1 to 604800' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from websocket" -l region -d 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from websocket" -l at -d 'The time of signing [default: now]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from websocket" -l format -d 'The output: the token, or a JSON object' -r -f -a "text\t'Text'
json\t'One JSON object'"
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from websocket" -l profile -d 'A profile of the shared AWS files, instead of the credentials in the environment' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from websocket" -s u -l user -d 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from websocket" -l access-key -d 'The access key id, as awscurl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from websocket" -l secret-key -d 'The secret key, as awscurl takes it. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from websocket" -l session-token -d 'The session token of temporary credentials given here. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from websocket" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from websocket" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from websocket" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from bedrock" -l expires -l expires-in -d 'How long the key is valid, in seconds, 1 to 43200' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from bedrock" -l region -d 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from bedrock" -l at -d 'The time of signing [default: now]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from bedrock" -l format -d 'The output: the token, or a JSON object' -r -f -a "text\t'Text'
json\t'One JSON object'"
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from bedrock" -l profile -d 'A profile of the shared AWS files, instead of the credentials in the environment' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from bedrock" -s u -l user -d 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from bedrock" -l access-key -d 'The access key id, as awscurl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from bedrock" -l secret-key -d 'The secret key, as awscurl takes it. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from bedrock" -l session-token -d 'The session token of temporary credentials given here. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from bedrock" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from bedrock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from bedrock" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from vault" -l role -d 'The role of Vault [default: the role with the caller\'s name]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from vault" -l server-id -d 'The value of X-Vault-AWS-IAM-Server-ID, if the server requires one' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from vault" -l region -d 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from vault" -l at -d 'The time of signing [default: now]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from vault" -l format -d 'The output: the token, or a JSON object' -r -f -a "text\t'Text'
json\t'One JSON object'"
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from vault" -l profile -d 'A profile of the shared AWS files, instead of the credentials in the environment' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from vault" -s u -l user -d 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from vault" -l access-key -d 'The access key id, as awscurl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from vault" -l secret-key -d 'The secret key, as awscurl takes it. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from vault" -l session-token -d 'The session token of temporary credentials given here. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from vault" -l global -d 'Use the global endpoint of STS, which is Vault\'s default'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from vault" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from vault" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from vault" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "rds" -d 'Print the password of a database user of RDS or Aurora'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "dsql" -d 'Print the password of a database role of Aurora DSQL'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "elasticache" -d 'Print the password of a user of ElastiCache'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "memorydb" -d 'Print the password of a user of MemoryDB'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "redshift" -d 'Ask Redshift for the password of a database user, and print it'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "msk" -d 'Print the bearer token of SASL/OAUTHBEARER for the brokers of MSK'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "eks" -d 'Print the bearer token of a cluster of EKS, or what kubectl reads'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "iot" -d 'Print the URL of MQTT over WebSocket with IoT Core'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "websocket" -d 'Print the URL that opens a WebSocket API of API Gateway'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "bedrock" -d 'Print a short-term API key of Bedrock'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "vault" -d 'Print the body of a login to HashiCorp Vault'
complete -c sig4 -n "__fish_sig4_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s X -l request -d 'The method, as curl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s H -l header -d 'A header to send and sign. `name;` sends an empty header, `name:` leaves out one that is sent by default. May be repeated' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s A -l user-agent -d 'The user-agent header' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s e -l referer -d 'The referer header' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s b -l cookie -d 'The cookie header. May be repeated. Files with cookies are not read' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s d -l data -l data-ascii -d 'The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l data-binary -d 'Like --data; a file is sent byte for byte' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l data-raw -d 'Like --data; `@` and `-` have no meaning' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l data-urlencode -d 'Like --data, percent-encoded: CONTENT, NAME=CONTENT, @FILE or NAME@FILE' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l json -d 'A body in JSON, with the headers content-type and accept. For output in JSON give --format json' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s F -l form -d 'A field of multipart/form-data, or a file; `;type=TYPE` and `;filename=NAME` may follow. May be repeated' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l form-string -d 'Like --form; `@`, `<` and `;` have no meaning' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l region -d 'The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile; us-east-1 for this machine]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l service -d 'The service [default: from the host; execute-api for this machine]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l aws-sigv4 -d 'The region and the service, as curl takes them' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l region-set -d 'Sign with Signature Version 4a for these regions, such as \'*\' or us-*,eu-west-1' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l presign -d 'Presign the URL for this many seconds, 1 to 604800 [default without a value: 300]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l profile -d 'A profile of the shared AWS files, instead of the credentials in the environment' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s u -l user -d 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l access-key -d 'The access key id, as awscurl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l secret-key -d 'The secret key, as awscurl takes it. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l session-token -d 'The session token of temporary credentials given here. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s o -l output -d 'Write the response to this file; `-` is standard output' -r -F
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l format -d 'The output: the response, or a JSON object with status, headers, body, time and explanation' -r -f -a "text\t'Text'
json\t'One JSON object'"
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l cacert -d 'Trust only the certificates in this PEM file [default: those of this machine, and for its own hosts that of `sig4 serve --tls`]' -r -F
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s m -l max-time -l timeout -d 'The time limit for the whole call, in seconds' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l connect-timeout -d 'The time limit for the connection, in seconds' -r
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s I -l head -d 'Ask for the head alone, with HEAD'
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s G -l get -d 'Put the data into the query of the URL, and send GET'
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l s3-session -d 'The session token is one of S3 Express One Zone, from CreateSession: it is sent as x-amz-s3session-token'
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s v -l verbose -d 'Show the stages of the signature, and the heads of the request and the response, on standard error'
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s i -l include -d 'Also print the head of the response'
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s s -l silent -d 'Print no notes, no explanation and no errors'
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s S -l show-error -d 'With -s: print errors'
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l fail-with-body -d 'Has no effect: the exit status is 1 for a status of 400 and above, and the body is printed'
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s L -l location -d 'Follow up to 10 redirects. To the same scheme, host and port the request is signed again; elsewhere it goes without signature and credentials'
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s k -l insecure -d 'Do not check the server\'s certificate. Anyone on the way can then read and change the request'
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l http1.1 -d 'Speak HTTP/1.1 over TLS as well, where the server may offer HTTP/2'
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s g -l globoff -d 'Have no effect: the path and the query are always sent as they are given'
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l path-as-is
complete -c sig4 -n "__fish_sig4_using_subcommand call" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s h -l help -d 'Print help'
complete -c sig4 -n "__fish_sig4_using_subcommand call" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -s X -l request -d 'The method, as curl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -s H -l header -d 'A header to send and sign. `name;` sends an empty header, `name:` leaves out one that is sent by default. May be repeated' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -s A -l user-agent -d 'The user-agent header' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -s e -l referer -d 'The referer header' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -s b -l cookie -d 'The cookie header. May be repeated. Files with cookies are not read' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -s d -l data -l data-ascii -d 'The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l data-binary -d 'Like --data; a file is sent byte for byte' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l data-raw -d 'Like --data; `@` and `-` have no meaning' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l data-urlencode -d 'Like --data, percent-encoded: CONTENT, NAME=CONTENT, @FILE or NAME@FILE' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -s F -l form -d 'A field of multipart/form-data, or a file; `;type=TYPE` and `;filename=NAME` may follow. May be repeated' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l form-string -d 'Like --form; `@`, `<` and `;` have no meaning' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -s f -l file -d 'The file with the request: raw, an output of curl -v, a HAR file or another form of docs/explaining.md [default: standard input, if there is no URL]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l body -d 'The body, if the text of the request does not have it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l entry -d 'The entry of a HAR file, or the line of a log [default: the first that was answered with 403]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l region -d 'The region [default: from the host, else from the signature]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l service -d 'The service [default: from the host, else from the signature]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l at -d 'The time of receipt [default: now; explain takes the time of the answer, or that in the request]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l authority -d 'The host and port that clients call, if a proxy changes them in the request' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l scheme -d 'The scheme of the request, such as https' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l path-encoding -d 'How the service encodes the path [default: by the service]' -r -f -a "double\t'Encode the path of the wire once more'
canonical\t'Decode the path, then encode it'
verbatim\t'Take the path as it is on the wire'"
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l profile -d 'A profile of the shared AWS files, instead of the credentials in the environment' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -s u -l user -d 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l access-key -d 'The access key id, as awscurl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l secret-key -d 'The secret key, as awscurl takes it. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l session-token -d 'The session token of temporary credentials given here. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l format -d 'The output: text, or a JSON object' -r -f -a "text\t'Text'
json\t'One JSON object'"
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -s I -l head -d 'Ask for the head alone, with HEAD'
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -s G -l get -d 'Put the data into the query of the URL, and send GET'
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l clipboard -d 'Read the request from the clipboard'
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l as-aws -d 'Also accept ambiguous requests that AWS accepts'
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l no-normalize -d 'The service keeps dot segments and repeated slashes'
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l sigv4a -d 'Also accept Signature Version 4a, for any region unless --region is given'
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l unsigned-payload -d 'The service accepts signatures without the body'
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l s3-session -d 'The session token is one of S3 Express One Zone, from CreateSession: it is sent as x-amz-s3session-token'
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l json -d 'The same as --format json'
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sig4 -n "__fish_sig4_using_subcommand verify" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -s X -l request -d 'The method, as curl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -s H -l header -d 'A header to send and sign. `name;` sends an empty header, `name:` leaves out one that is sent by default. May be repeated' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -s A -l user-agent -d 'The user-agent header' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -s e -l referer -d 'The referer header' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -s b -l cookie -d 'The cookie header. May be repeated. Files with cookies are not read' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -s d -l data -l data-ascii -d 'The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l data-binary -d 'Like --data; a file is sent byte for byte' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l data-raw -d 'Like --data; `@` and `-` have no meaning' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l data-urlencode -d 'Like --data, percent-encoded: CONTENT, NAME=CONTENT, @FILE or NAME@FILE' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -s F -l form -d 'A field of multipart/form-data, or a file; `;type=TYPE` and `;filename=NAME` may follow. May be repeated' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l form-string -d 'Like --form; `@`, `<` and `;` have no meaning' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -s f -l file -d 'The file with the request: raw, an output of curl -v, a HAR file or another form of docs/explaining.md [default: standard input, if there is no URL]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l body -d 'The body, if the text of the request does not have it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l entry -d 'The entry of a HAR file, or the line of a log [default: the first that was answered with 403]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l region -d 'The region [default: from the host, else from the signature]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l service -d 'The service [default: from the host, else from the signature]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l at -d 'The time of receipt [default: now; explain takes the time of the answer, or that in the request]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l authority -d 'The host and port that clients call, if a proxy changes them in the request' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l scheme -d 'The scheme of the request, such as https' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l path-encoding -d 'How the service encodes the path [default: by the service]' -r -f -a "double\t'Encode the path of the wire once more'
canonical\t'Decode the path, then encode it'
verbatim\t'Take the path as it is on the wire'"
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l profile -d 'A profile of the shared AWS files, instead of the credentials in the environment' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -s u -l user -d 'The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but every user of this machine can read that secret' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l access-key -d 'The access key id, as awscurl takes it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l secret-key -d 'The secret key, as awscurl takes it. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l session-token -d 'The session token of temporary credentials given here. Every user of this machine can read it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l canonical-request -d 'The client\'s canonical request, or its debug log, to compare' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l string-to-sign -d 'The client\'s string to sign, or its debug log, to compare' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l original-body -d 'The body as the client meant to send it' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l host -d 'A host that the client may have called, such as the host of a proxy. May be repeated' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l aws-response -d 'The response of AWS, to the request or instead of it. Alone, it needs no credentials' -r
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l format -d 'The output: text, or a JSON object' -r -f -a "text\t'Text'
json\t'One JSON object'"
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -s I -l head -d 'Ask for the head alone, with HEAD'
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -s G -l get -d 'Put the data into the query of the URL, and send GET'
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l clipboard -d 'Read the request from the clipboard'
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l as-aws -d 'Also accept ambiguous requests that AWS accepts'
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l no-normalize -d 'The service keeps dot segments and repeated slashes'
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l sigv4a -d 'Also accept Signature Version 4a, for any region unless --region is given'
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l unsigned-payload -d 'The service accepts signatures without the body'
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l s3-session -d 'The session token is one of S3 Express One Zone, from CreateSession: it is sent as x-amz-s3session-token'
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l show-signature -d 'Show the correct signature and its stages. Keep it secret: with it anyone can send the request'
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l json -d 'The same as --format json'
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sig4 -n "__fish_sig4_using_subcommand explain" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l template -d 'The folder written by `cdk synth`, or one of its templates' -r -F
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l config -d 'A configuration file of an API (docs/serve.md describes it). Without --config and --template, an echo is served' -r -F
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l listen -d 'The address to listen on: ADDR:PORT, localhost:PORT, or :PORT and PORT for loopback. Port 0 means any free port' -r
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -s p -l port -d 'The port of --listen alone' -r
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l host -d 'The address of --listen alone' -r
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l tls-cert -d 'Serve HTTPS with this certificate in PEM, followed by those of its issuers' -r -F
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l tls-key -d 'The private key of --tls-cert in PEM, without a passphrase' -r -F
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l tls-export -d 'Write the certificate of the authority of --tls to this file, or to standard output, and exit: for a browser or another program that is to trust it' -r -F
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l print-env -d 'Print the variables of a user in the form of a shell and exit: `eval "$(sig4 serve --print-env)"`. Without a name, the user is the first one' -r
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l shell -d 'The shell of --print-env' -r -f -a "sh\t'sh, bash, zsh, dash, ksh'
fish\t''
powershell\t''"
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l allow-host -d 'Also accept this Host on a loopback address, with any port; on another address, accept only these and this machine\'s own. May be repeated. Other hosts get 403, because a web page could point its own name to this machine' -r
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l user -d 'A user with one access key and one policy. May be repeated. The secret comes from the variable SIG4_SECRET_AKID, else from a prompt. NAME=AKID:SECRET@policy.json also works, but every user of this machine can read that secret' -r
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l users -d 'A file with users, groups, roles and policies in the form of api.toml, or `-` for standard input. May be repeated' -r -F
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l demo-seed -d 'Derive the secrets of the demo users from this text [default: SIG4_DEMO_SEED, else random]. The demo users exist if no other user is given. Anyone who knows the seed knows the secrets, and every user of this machine can read arguments' -r
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l access-log -d 'Write one JSON object per request, with the names of $context, to this file, or to standard output without a value' -r
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l inspect -d 'Show the requests on a page in a browser of this machine: what each client signed, what was computed and decided, the event and the reply. The page has its own loopback address, by default with any free port, and its URL is printed' -r
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l body-budget -d 'The limit for all request and response bodies in memory at a time [default: from the configuration, else 268435456 (256 MiB)]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l stack -d 'The stack, if several have an API' -r
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l api -d 'The API, if the stack has several: its logical id, its name, or its construct path' -r
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l stage -d 'The stage [default: all stages of the template]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l region -d 'The region [default: from the stack or the configuration, else AWS_REGION, AWS_DEFAULT_REGION or us-east-1]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l account -d 'The account [default: from the stack or the configuration, else 123456789012]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l parameter -d 'A parameter of the template. May be repeated' -r
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l runtime-command -d 'Run every function with this command, which speaks the Lambda Runtime API. It is split into words as by a shell' -r
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l function -d 'Run the function of this logical id, name or construct id with this command. May be repeated' -r
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l concurrency -d 'Run at most this many calls of a function at a time, each in its own process [default: as many as there are calls, at most 16; 4 idle processes are kept]' -r
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l env-vars -d 'A JSON file with values for the functions\' environment variables, as `sam local` takes it: {"FUNCTION": {"NAME": "value"}, "Parameters": {"NAME": "value"}}. Only variables that the API defines are set' -r -F
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l pass-env -d 'Pass this variable of the server\'s environment to the functions. May be repeated. PATH, HOME and LANG are always passed' -r
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l tls -d 'Serve HTTPS, with HTTP/2 and HTTP/1.1, with a certificate for `localhost`, the loopback addresses, and the names of --allow-host below `.localhost` and `.test`. Its authority is made once and kept in the cache folder; clients trust it with the file that the server names'
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l examples -d 'Print a call of the API for each client (curl, sig4, awscurl, Node, Python, Go) and exit'
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l json -d 'Write JSON to standard output, one object per line: first the API, then a line per request as with --access-log'
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l verbose-errors -d 'Tell every refused caller the cause, in the body. Without it, only a program on this machine that asks is told, as `sig4 call` does'
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l no-explain -d 'Do not tell a program on this machine that asks, either. Give it behind a reverse proxy that adds no header of its own'
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l watch -d 'Load the API, its users and policies, and the functions again when one of their files changes. SIGHUP does the same at any time. The code of functions is always watched'
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l runtime-of-any-user -d 'Let processes of other users run the functions, such as a container that runs as root. Every user of this machine can then take events and forge responses'
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sig4 -n "__fish_sig4_using_subcommand serve" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand authorize" -l config -d 'The configuration file. Relative paths in it are relative to its folder' -r -F
complete -c sig4 -n "__fish_sig4_using_subcommand authorize" -l check -d 'Read the configuration and every file that it names, say what is wrong, and exit. It opens no port and connects to nothing'
complete -c sig4 -n "__fish_sig4_using_subcommand authorize" -l init-replay-store -d 'Prepare a new, empty Valkey or Redis for remembering used signatures, and exit. Without this, replicas refuse requests until every signature from before their start has expired'
complete -c sig4 -n "__fish_sig4_using_subcommand authorize" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand authorize" -s h -l help -d 'Print help'
complete -c sig4 -n "__fish_sig4_using_subcommand authorize" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand conformance" -l kind -d 'Run only the cases of this kind [default with --listen: header]' -r -f -a "header\t''
query\t''
chunked\t''
events\t''
v4a\t''"
complete -c sig4 -n "__fish_sig4_using_subcommand conformance" -l filter -d 'Run only cases with this text in their id or with this tag. May be repeated, which adds cases' -r
complete -c sig4 -n "__fish_sig4_using_subcommand conformance" -l ledger -d 'Known failures, one per line: `SELECTOR… | REASON`. A selector is an id, a prefix followed by *, tag:TAG, cause:NAME or kind:KIND' -r -F
complete -c sig4 -n "__fish_sig4_using_subcommand conformance" -l format -d 'The output: text, or a JSON object' -r -f -a "text\t'Text'
json\t'One JSON object'"
complete -c sig4 -n "__fish_sig4_using_subcommand conformance" -l junit -d 'Also write the verdicts as JUnit XML' -r -F
complete -c sig4 -n "__fish_sig4_using_subcommand conformance" -l timeout -d 'The time limit for an answer, or for a client' -r
complete -c sig4 -n "__fish_sig4_using_subcommand conformance" -l listen -d 'Start COMMAND for each case as a client of a server on loopback, and judge the request that it sends. Its arguments may contain {url}, {method}, {host}, {path}, {query}, {region}, {service}, {access_key}, {secret_key}, {session_token} and {body_file}; {headers}, {token_header} and {data} become -H and --data-binary arguments. The environment has the same values in SIG4_URL, SIG4_METHOD, SIG4_REGION, SIG4_SERVICE, SIG4_BODY_FILE, SIG4_HEADERS (JSON), SIG4_CASE (the whole case as JSON) and AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN'
complete -c sig4 -n "__fish_sig4_using_subcommand conformance" -l any-process -d 'With --listen: accept requests of any process, such as one in a container. By default, on Linux, only requests of the client\'s own processes count. Other systems always accept any process'
complete -c sig4 -n "__fish_sig4_using_subcommand conformance" -l all -d 'Show every failure instead of the first few'
complete -c sig4 -n "__fish_sig4_using_subcommand conformance" -l json -d 'Print JSON instead of the table, as --format json does'
complete -c sig4 -n "__fish_sig4_using_subcommand conformance" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand conformance" -s h -l help -d 'Print help'
complete -c sig4 -n "__fish_sig4_using_subcommand conformance" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand keys; and not __fish_seen_subcommand_from derive help" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand keys; and not __fish_seen_subcommand_from derive help" -s h -l help -d 'Print help'
complete -c sig4 -n "__fish_sig4_using_subcommand keys; and not __fish_seen_subcommand_from derive help" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand keys; and not __fish_seen_subcommand_from derive help" -f -a "derive" -d 'Print signing keys, each of one access key, day, region and service'
complete -c sig4 -n "__fish_sig4_using_subcommand keys; and not __fish_seen_subcommand_from derive help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sig4 -n "__fish_sig4_using_subcommand keys; and __fish_seen_subcommand_from derive" -l region -d 'A region of the requests. Repeat it for several' -r
complete -c sig4 -n "__fish_sig4_using_subcommand keys; and __fish_seen_subcommand_from derive" -l service -d 'A service of the requests. Repeat it for several' -r
complete -c sig4 -n "__fish_sig4_using_subcommand keys; and __fish_seen_subcommand_from derive" -l from -d 'The first day, in UTC. Without it, seven days before today' -r
complete -c sig4 -n "__fish_sig4_using_subcommand keys; and __fish_seen_subcommand_from derive" -l days -d 'The number of days' -r
complete -c sig4 -n "__fish_sig4_using_subcommand keys; and __fish_seen_subcommand_from derive" -l access-key-id -d 'Derive keys of this access key only. Repeat it for several' -r
complete -c sig4 -n "__fish_sig4_using_subcommand keys; and __fish_seen_subcommand_from derive" -l out -d 'Write to this file, which only its owner can read, and replace it in one step. Without it, the keys go to standard output' -r -F
complete -c sig4 -n "__fish_sig4_using_subcommand keys; and __fish_seen_subcommand_from derive" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand keys; and __fish_seen_subcommand_from derive" -s h -l help -d 'Print help'
complete -c sig4 -n "__fish_sig4_using_subcommand keys; and __fish_seen_subcommand_from derive" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand keys; and __fish_seen_subcommand_from help" -f -a "derive" -d 'Print signing keys, each of one access key, day, region and service'
complete -c sig4 -n "__fish_sig4_using_subcommand keys; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sig4 -n "__fish_sig4_using_subcommand completions" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand completions" -s h -l help -d 'Print help'
complete -c sig4 -n "__fish_sig4_using_subcommand completions" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand man" -l show-secrets -d 'Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read `(not shown)`'
complete -c sig4 -n "__fish_sig4_using_subcommand man" -s h -l help -d 'Print help'
complete -c sig4 -n "__fish_sig4_using_subcommand man" -s V -l version -d 'Print version'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and not __fish_seen_subcommand_from sign presign token call verify explain serve authorize conformance keys completions man help" -f -a "sign" -d 'Sign a request without sending it'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and not __fish_seen_subcommand_from sign presign token call verify explain serve authorize conformance keys completions man help" -f -a "presign" -d 'Presign a URL'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and not __fish_seen_subcommand_from sign presign token call verify explain serve authorize conformance keys completions man help" -f -a "token" -d 'Print a token made of a signature: for RDS, EKS, MSK and other services'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and not __fish_seen_subcommand_from sign presign token call verify explain serve authorize conformance keys completions man help" -f -a "call" -d 'Sign a request, send it and print the response'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and not __fish_seen_subcommand_from sign presign token call verify explain serve authorize conformance keys completions man help" -f -a "verify" -d 'Verify the signature of a request. Exit status: 0 if it verifies, 1 if it is refused'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and not __fish_seen_subcommand_from sign presign token call verify explain serve authorize conformance keys completions man help" -f -a "explain" -d 'Explain why a request does not verify. Exit status: 0 if nothing is wrong, 1 otherwise'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and not __fish_seen_subcommand_from sign presign token call verify explain serve authorize conformance keys completions man help" -f -a "serve" -d 'Serve an HTTP API or a REST API with IAM authorization on this machine, from a CDK stack or a configuration file'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and not __fish_seen_subcommand_from sign presign token call verify explain serve authorize conformance keys completions man help" -f -a "authorize" -d 'Authorize requests for a proxy: Envoy, nginx, Traefik, Caddy or HAProxy asks about each of them'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and not __fish_seen_subcommand_from sign presign token call verify explain serve authorize conformance keys completions man help" -f -a "conformance" -d 'Check another signer against the test suites. Exit status: 0 if it conforms, 1 otherwise'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and not __fish_seen_subcommand_from sign presign token call verify explain serve authorize conformance keys completions man help" -f -a "keys" -d 'Derive signing keys of single days for processes that must not have secrets'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and not __fish_seen_subcommand_from sign presign token call verify explain serve authorize conformance keys completions man help" -f -a "completions" -d 'Print the completions of a shell'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and not __fish_seen_subcommand_from sign presign token call verify explain serve authorize conformance keys completions man help" -f -a "man" -d 'Print the manual page, or write all manual pages to a folder'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and not __fish_seen_subcommand_from sign presign token call verify explain serve authorize conformance keys completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "rds" -d 'Print the password of a database user of RDS or Aurora'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "dsql" -d 'Print the password of a database role of Aurora DSQL'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "elasticache" -d 'Print the password of a user of ElastiCache'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "memorydb" -d 'Print the password of a user of MemoryDB'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "redshift" -d 'Ask Redshift for the password of a database user, and print it'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "msk" -d 'Print the bearer token of SASL/OAUTHBEARER for the brokers of MSK'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "eks" -d 'Print the bearer token of a cluster of EKS, or what kubectl reads'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "iot" -d 'Print the URL of MQTT over WebSocket with IoT Core'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "websocket" -d 'Print the URL that opens a WebSocket API of API Gateway'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "bedrock" -d 'Print a short-term API key of Bedrock'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "vault" -d 'Print the body of a login to HashiCorp Vault'
complete -c sig4 -n "__fish_sig4_using_subcommand help; and __fish_seen_subcommand_from keys" -f -a "derive" -d 'Print signing keys, each of one access key, day, region and service'
