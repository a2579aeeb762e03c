# shellcheck shell=bash disable=SC2034 # the variables are for the scripts that source this
# What the scripts in this folder share: options, the upstream, nginx, gateways, one measurement. Source it; it starts
# nothing by itself. Everything listens on loopback, everything written goes below target/bench.

bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(dirname "$bench")/target/bench
serai=$(dirname "$bench")/bin/serai
jdks=()
seconds=5
rounds=3
warmup=30
children=()
failures=0
processors=$(nproc)
used_processors=$processors

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 3
}

say() { printf '%s\n' "$*" >&2; }

# --- options -----------------------------------------------------------------------------------------------------

# Takes one shared option; sets $taken to the number of words used, 0 when it is not one of ours.
shared_option() {
  taken=2
  case $1 in
    --jdk) jdks+=("$(need_value "$@")") ;;
    --seconds) seconds=$(need_number "$@") ;;
    --rounds) rounds=$(need_number "$@") ;;
    --warmup) warmup=$(need_number "$@") ;;
    --serai) serai=$(realpath "$(need_value "$@")") ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) taken=0 ;;
  esac
}

need_value() {
  if (($# < 2)) || [[ -z $2 ]]; then
    printf '%s: %s needs a value; see --help\n' "$(basename "$0")" "$1" >&2
    exit 2
  fi
  printf '%s' "$2"
}

need_number() {
  local value
  value=$(need_value "$@") || exit 2
  if [[ ! $value =~ ^[1-9][0-9]*$ ]]; then
    printf '%s: %s needs a whole number above 0, got "%s"\n' "$(basename "$0")" "$1" "$value" >&2
    exit 2
  fi
  printf '%s' "$value"
}

unknown_option() {
  printf '%s: unknown option %s; see --help\n' "$(basename "$0")" "$1" >&2
  exit 2
}

shared_usage() {
  cat <<TEXT
  --jdk DIR        JDK for the gateway; repeatable (default: JAVA_HOME, else the java on the PATH)
  --seconds N      length of one measurement (default $seconds)
  --rounds N       measurements of each kind; the median counts (default $rounds)
  --warmup N       seconds of load at 64 connections that each JVM gets before anything counts (default $warmup)
  --serai FILE     launcher to measure (default: bin/serai of this checkout)
TEXT
}

# --- preparation -----------------------------------------------------------------------------------------------

need_tools() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null ||
      fail "no $tool on the PATH: install it with the package manager (Debian and Ubuntu: apt-get install wrk nginx-light curl; macOS: brew install wrk nginx curl)"
  done
  [[ -r /proc/self/stat ]] || fail 'processor time and memory are read from /proc: run this on Linux'
}

# Work folder, JDKs, the build of the gateway and of the upstream.
prepare() {
  local java
  ulimit -n "$(ulimit -Hn)" 2>/dev/null || :
  mkdir -p "$work"
  trap clean_up EXIT
  trap 'exit 130' INT TERM
  java=$(readlink -f "$(command -v java || :)") || :
  if ((${#jdks[@]} == 0)); then
    jdks=("${JAVA_HOME:-${java%/bin/java}}")
  fi
  local jdk
  for jdk in "${jdks[@]}"; do
    [[ -x $jdk/bin/java ]] || fail "--jdk $jdk: there is no bin/java below it"
  done
  upstream_jdk=${jdks[0]}
  [[ -x $serai ]] || fail "there is no launcher at $serai"
  # Built with the first JDK: the oldest one asked for should come first.
  JAVA_HOME=${jdks[0]} "$serai" --help >/dev/null || fail "$serai --help failed: see above"
  local home
  home=$(dirname "$(dirname "$serai")")
  if [[ -d $home/lib ]]; then lib=$home/lib; else lib=$home/target/run/lib; fi
  mkdir -p "$work/classes"
  "${jdks[0]}/bin/javac" -nowarn -proc:none -d "$work/classes" -cp "$lib/*" "$bench/upstream/EchoUpstream.java" ||
    fail 'the upstream does not compile'
}

# From here on, this script and whatever it starts run on one of the processors that they could run on.
share_processor() {
  local allowed
  if ! allowed=$(taskset -cp $$ | sed 's/.*: *//; s/[,-].*//') || ! taskset -cp "$allowed" $$ >/dev/null; then
    fail 'taskset refused; leave --one-processor out'
  fi
  used_processors=1
}

clean_up() {
  local pid
  for pid in "${children[@]}"; do
    kill "$pid" 2>/dev/null || :
  done
  for pid in "${children[@]}"; do
    wait "$pid" 2>/dev/null || :
  done
}

# Ends one child that was started here, and waits for it.
stop() {
  local pid kept=()
  kill "$1" 2>/dev/null || :
  wait "$1" 2>/dev/null || :
  for pid in "${children[@]}"; do
    [[ $pid == "$1" ]] || kept+=("$pid")
  done
  children=("${kept[@]}")
}

# Major and full version of a JDK, without starting it.
jdk_version() { sed -n 's/^JAVA_VERSION="\(.*\)"$/\1/p' "$1/release"; }

jdk_label() {
  local version
  version=$(jdk_version "$1")
  printf 'jdk%s' "${version%%[!0-9]*}"
}

# Waits until FILE has a line that matches PATTERN, while PID lives; prints the line.
await_line() {
  local pid=$1 file=$2 pattern=$3 limit=${4:-120} tries
  for ((tries = 0; tries < limit * 20; tries++)); do
    if grep -m 1 -E "$pattern" "$file" 2>/dev/null; then
      return 0
    fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.05
  done
  say "no line like \"$pattern\" within $limit s in $file:"
  tail -n 20 "$file" >&2
  return 1
}

# A port below the ones that outgoing connections take, on which nobody answers.
free_port() {
  local port
  while :; do
    port=$((RANDOM % 12000 + 20000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  printf '%s' "$port"
}

# --- the targets -----------------------------------------------------------------------------------------------

# Sets $upstream_pid and $upstream_port.
start_upstream() {
  : >"$work/upstream.log"
  "$upstream_jdk/bin/java" -XX:+UseSerialGC -Xms256m -Xmx256m -cp "$work/classes:$lib/*" EchoUpstream "${1:-0}" \
    >"$work/upstream.log" 2>&1 &
  upstream_pid=$!
  children+=("$upstream_pid")
  local line
  line=$(await_line "$upstream_pid" "$work/upstream.log" '^listening on' 30) || fail 'the upstream did not start'
  upstream_port=${line##* }
}

# Opens a session for the raw targets; sets $session.
open_session() {
  session=$(curl -fsS -D - -o /dev/null -H 'Content-Type: application/json' \
    -d '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}' \
    "http://127.0.0.1:$upstream_port/mcp" | tr -d '\r' | sed -n 's/^[Mm]cp-[Ss]ession-[Ii]d: //p')
  [[ -n $session ]] || fail 'the upstream opened no session'
}

# Sets $nginx_pid and $nginx_port.
start_nginx() {
  nginx_port=$(free_port)
  mkdir -p "$work/nginx"
  cat >"$work/nginx/nginx.conf" <<CONF
worker_processes 2;
pid $work/nginx/nginx.pid;
error_log $work/nginx/error.log error;
daemon off;
events { worker_connections 8192; }
http {
  access_log off;
  client_body_temp_path $work/nginx/body;
  proxy_temp_path $work/nginx/proxy;
  fastcgi_temp_path $work/nginx/fastcgi;
  uwsgi_temp_path $work/nginx/uwsgi;
  scgi_temp_path $work/nginx/scgi;
  keepalive_requests 1000000000;
  keepalive_timeout 3600s;
  upstream mcp {
    server 127.0.0.1:$upstream_port;
    keepalive 1024;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:$nginx_port backlog=4096;
    location / {
      proxy_pass http://mcp;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
CONF
  nginx -e "$work/nginx/error.log" -p "$work/nginx" -c "$work/nginx/nginx.conf" >"$work/nginx/out.log" 2>&1 &
  nginx_pid=$!
  children+=("$nginx_pid")
  local tries
  for ((tries = 0; tries < 100; tries++)); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$nginx_port") 2>/dev/null; then
      return 0
    fi
    sleep 0.05
  done
  fail "nginx did not start: see $work/nginx/error.log"
}

# Sets $bare_pid and $bare_port; runs on the last JDK asked for, with the gateway's collector and object headers.
start_bare() {
  local flags=() line major
  "${jdks[0]}/bin/javac" -nowarn -proc:none -d "$work/classes" -cp "$lib/*" "$bench/upstream/BareProxy.java" ||
    fail 'the bare proxy does not compile'
  major=$(jdk_label "${jdks[-1]}")
  ((${major#jdk} < 25)) || flags=(-XX:+UseCompactObjectHeaders)
  : >"$work/bare.log"
  "${jdks[-1]}/bin/java" -XX:+UseParallelGC -XX:-UseAdaptiveSizePolicy -Xmn56m -XX:SurvivorRatio=3 "${flags[@]}" -Xmx256m -cp "$work/classes:$lib/*" BareProxy "$upstream_port" \
    "$session" >"$work/bare.log" 2>&1 &
  bare_pid=$!
  children+=("$bare_pid")
  line=$(await_line "$bare_pid" "$work/bare.log" '^listening on' 30) || fail "the bare proxy did not start: see $work/bare.log"
  bare_port=${line##* }
}

# Sets $scg_pid and $scg_port. Built once; runs on the last JDK asked for, the newest.
start_scg() {
  local home=$bench/peers/spring-cloud-gateway jar=$work/scg/spring-cloud-gateway-1.jar jdk=${jdks[-1]} tries
  if [[ ! -f $jar ]]; then
    JAVA_HOME=$jdk mvn -B -q -f "$home/pom.xml" -Dpeer.build="$work/scg" package >"$work/scg-build.log" 2>&1 ||
      fail "Spring Cloud Gateway cannot be built: see $work/scg-build.log"
  fi
  scg_port=$(free_port)
  "$jdk/bin/java" -Xmx512m -jar "$jar" --server.port="$scg_port" --server.address=127.0.0.1 --logging.level.root=warn \
    --spring.cloud.gateway.server.webflux.routes[0].id=mcp \
    --spring.cloud.gateway.server.webflux.routes[0].uri="http://127.0.0.1:$upstream_port" \
    --spring.cloud.gateway.server.webflux.routes[0].predicates[0]=Path=/mcp \
    --spring.cloud.gateway.server.webflux.httpclient.pool.max-connections=1024 >"$work/scg.log" 2>&1 &
  scg_pid=$!
  children+=("$scg_pid")
  for ((tries = 0; tries < 600; tries++)); do
    if curl -fsS -o "$work/scg-answer" -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' \
      -H "Mcp-Session-Id: $session" -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"message":"hi"}}}' \
      "http://127.0.0.1:$scg_port/mcp" 2>/dev/null; then
      return 0
    fi
    sleep 0.1
  done
  fail "Spring Cloud Gateway did not answer: see $work/scg.log"
}

# Writes COUNT declarations to a folder of their own: mcp.bench.echo0, mcp.bench.echo1 and so on, at most 1,000 a file.
write_capabilities() {
  local folder=$1 count=$2 scope=${3:-shared}
  rm -rf "$folder"
  mkdir -p "$folder"
  awk -v folder="$folder" -v count="$count" -v scope="$scope" -v port="$upstream_port" 'BEGIN {
    for (i = 0; i < count; i++) {
      if (i % 1000 == 0) {
        if (file) close(file)
        file = sprintf("%s/bench-%03d.yaml", folder, i / 1000)
        printf "defaults:\n  metadata:\n    mcp:\n      server_url: http://127.0.0.1:%d/mcp\n", port > file
        printf "      tool_name: echo\n      requires_session: true\n    session: { scope: %s }\n", scope > file
        printf "capabilities:\n" > file
      }
      printf "  - id: mcp.bench.echo%d\n    description: Answer with the message.\n", i > file
      printf "    input_schema:\n      type: object\n      properties:\n" > file
      printf "        message: { type: string, minLength: 1, maxLength: 200 }\n" > file
      printf "      required: [message]\n      additionalProperties: false\n" > file
    }
  }'
}

# One cache for each JDK and launcher, so that the start-up archive is there before anything is measured.
cache_of() { printf '%s/cache/%s' "$work" "$(jdk_version "$1")"; }

# Makes the start-up archive of the gateway: the launcher does so in the background, where it would disturb.
make_archive() {
  local cache tries
  cache=$(cache_of "$1")
  rm -rf "$cache"
  mkdir -p "$cache"
  JAVA_HOME=$1 SERAI_CACHE=$cache "$serai" list >/dev/null || fail "$serai list failed on $1"
  for ((tries = 0; tries < 600; tries++)); do
    if compgen -G "$cache/*.archive" >/dev/null; then
      return 0
    fi
    sleep 0.2
  done
  say "no start-up archive was made for $(jdk_label "$1") within 120 s: measuring without"
}

# start_gateway JDK CAPABILITIES [option ...]: sets $gateway_pid, $gateway_port, $gateway_ready (seconds, its own word).
start_gateway() {
  local jdk=$1 capabilities=$2 log
  shift 2
  log=$work/gateway-$(jdk_label "$jdk").log
  # Emptied first: the line awaited below must not be that of an earlier run.
  : >"$log"
  JAVA_HOME=$jdk SERAI_CACHE=$(cache_of "$jdk") "$serai" run --port 0 --capabilities "$capabilities" "$@" \
    >"$log" 2>&1 &
  gateway_pid=$!
  children+=("$gateway_pid")
  local line
  line=$(await_line "$gateway_pid" "$log" '^serai ready in' 180) || fail "the gateway did not start on $jdk"
  gateway_ready=$(sed -n 's/^serai ready in \([0-9.]*\) s.*/\1/p' <<<"$line")
  gateway_port=$(sed -n 's/.*:\([0-9][0-9]*\)\/*$/\1/p' <<<"$line")
  [[ -n $gateway_ready && -n $gateway_port ]] || fail "cannot read: $line"
}

# One call through the gateway has to come back as it was sent: what is fast and wrong does not count.
check_gateway() {
  local port=$1 id=$2 answer
  answer=$(curl -sS -H 'Content-Type: application/json' -d '{"message":"a message of its own"}' \
    "http://127.0.0.1:$port/capabilities/$id")
  [[ $answer == *'a message of its own'* && $answer != *'"code"'* ]] || fail "a call of $id answered: $answer"
  answer=$(curl -sS -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' -d '{"message":7}' \
    "http://127.0.0.1:$port/capabilities/$id")
  [[ $answer == 400 ]] || fail "a call with wrong arguments answered $answer, expected 400"
}

# --- measuring ---------------------------------------------------------------------------------------------------

# Processor time of processes, in clock ticks (own, not of their children).
ticks() {
  local pid sum=0 stat fields
  for pid in "$@"; do
    stat=$(cat "/proc/$pid/stat" 2>/dev/null) || continue
    read -r -a fields <<<"${stat##*) }"
    sum=$((sum + fields[11] + fields[12]))
  done
  printf '%s' "$sum"
}

rss_mb() { awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$1/status"; }

# Busy ticks of the whole machine, and those of this script with what it has waited for.
machine_ticks() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 }' /proc/stat; }

# Tool calls that the MCP server has seen.
upstream_calls() { curl -fsS "http://127.0.0.1:$upstream_port/counters" | sed -n 's/.*"calls":\([0-9]*\).*/\1/p'; }

own_ticks() {
  local stat fields
  stat=$(<"/proc/$$/stat")
  read -r -a fields <<<"${stat##*) }"
  printf '%s' "$((fields[11] + fields[12] + fields[13] + fields[14]))"
}

# Processes that serve, as far as they run: upstream, nginx and its workers, gateways.
serving() {
  local pid
  for pid in "${children[@]}"; do
    printf '%s\n' "$pid"
    cat "/proc/$pid/task/$pid/children" 2>/dev/null || :
  done
}

# measure WATCHED_PIDS CONNECTIONS SECONDS PORT LUA_ARGUMENT ...: one run of wrk. Sets $rps, $p50, $p99, $max (µs),
# $errors, $cpu_us (processor µs a call of the watched processes), $others (% of the machine that others used).
measure() {
  local watched=$1 connections=$2 length=$3 port=$4
  shift 4
  local threads=2 out=$work/wrk.out
  ((connections > 1)) || threads=1
  # shellcheck disable=SC2086 # several processes
  local before_ticks before_machine before_serving before_own pids
  pids=$(serving | tr '\n' ' ')
  # shellcheck disable=SC2086 # several processes
  before_ticks=$(ticks $watched) before_serving=$(ticks $pids)
  local before_calls answered
  before_calls=$(upstream_calls)
  before_own=$(own_ticks) before_machine=$(machine_ticks)
  wrk -t "$threads" -c "$connections" -d "${length}s" --timeout 10s --latency -s "$bench/calls.lua" \
    "http://127.0.0.1:$port" -- "$@" >"$out" 2>&1 || fail "wrk failed: $(tail -n 3 "$out")"
  local spent machine own served
  machine=$(($(machine_ticks) - before_machine)) own=$(($(own_ticks) - before_own))
  # shellcheck disable=SC2086 # several processes
  spent=$(($(ticks $watched) - before_ticks)) served=$(($(ticks $pids) - before_serving))
  local result requests duration connect read write status timeouts
  result=$(sed -n 's/^RESULT //p' "$out")
  [[ -n $result ]] || fail "no result from wrk: $(tail -n 3 "$out")"
  read -r requests duration p50 p99 max connect read write status timeouts <<<"$result"
  errors=$((connect + read + write + status + timeouts))
  ((requests > 0)) || fail "no request was answered: $(tail -n 5 "$out")"
  # A call that never reached the MCP server was answered by something else, whatever its status.
  answered=$(($(upstream_calls) - before_calls))
  if ((answered < requests)); then
    errors=$((errors + requests - answered))
    say "FAILED: $requests requests were answered, but the MCP server has seen $answered calls"
  fi
  if ((errors > 0)); then
    failures=$((failures + errors))
    say "FAILED: $errors of $requests requests to port $port at $connections connections ($connect connect, $read read, $write write, $status status, $timeouts timeout)"
  fi
  local hertz
  hertz=$(getconf CLK_TCK)
  rps=$(awk -v n="$requests" -v t="$duration" 'BEGIN { printf "%.0f", n * 1e6 / t }')
  cpu_us=$(awk -v t="$spent" -v hz="$hertz" -v n="$requests" 'BEGIN { printf "%.1f", t * 1e6 / hz / n }')
  others=$(awk -v m="$machine" -v o="$((own + served))" -v t="$duration" -v hz="$hertz" -v c="$processors" \
    'BEGIN { x = (m - o) / hz / (t / 1e6) / c * 100; printf "%.0f", x < 0 ? 0 : x }')
}

# Median of the numbers on standard input, one a line.
median() { sort -n | awk '{ v[NR] = $1 } END { if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# ratio A B: A / B with two digits.
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.2f", a / b; else printf "–" }'; }

machine_facts() {
  local model jdk
  model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
  printf -- '- Machine: %s × %s, %s GB, %s\n' "$processors" "${model:-unknown processor}" \
    "$(awk '/^MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo)" "$(uname -sr)"
  for jdk in "${jdks[@]}"; do
    printf -- '- %s: %s\n' "$(jdk_label "$jdk")" "$("$jdk/bin/java" -version 2>&1 | sed -n 2p)"
  done
  printf -- '- Load average at the start: %s\n' "$(cut -d ' ' -f 1-3 /proc/loadavg)"
}

finish() {
  if ((failures > 0)); then
    say "FAILED: $failures requests had an error or a status other than 2xx: the figures do not count"
    exit 1
  fi
}
