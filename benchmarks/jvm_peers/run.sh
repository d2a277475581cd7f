#!/bin/sh
# Chronicle Queue and Aeron IPC beside Leat. Needs a JDK 17 and Maven (Debian: default-jdk-headless, maven).
# Usage: benchmarks/jvm_peers/run.sh [DIRECTORY]    (/var/tmp)
set -eu
cd "$(dirname "$0")"
directory=${1:-/var/tmp}
target=../../build/jvm_peers
mvn -q -B dependency:copy-dependencies -DoutputDirectory="$target/lib"
javac -nowarn --release 17 -cp "$target/lib/*" -d "$target/classes" src/main/java/leat/JvmPeers.java
opens="--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED --add-exports=java.base/sun.nio.ch=ALL-UNNAMED
  --add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED --add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED
  --add-opens=jdk.compiler/com.sun.tools.javac=ALL-UNNAMED --add-opens=java.base/java.lang=ALL-UNNAMED
  --add-opens=java.base/java.lang.reflect=ALL-UNNAMED --add-opens=java.base/java.io=ALL-UNNAMED
  --add-opens=java.base/java.util=ALL-UNNAMED --add-opens=java.base/sun.nio.ch=ALL-UNNAMED"
# shellcheck disable=SC2086 # one word each
java $opens -Dchronicle.analytics.disable=true -Dchronicle.disk.monitor.disable=true -Xmx1g \
  -cp "$target/classes:$target/lib/*" leat.JvmPeers "$directory" 2>"$target/log" || { tail -20 "$target/log" >&2; exit 1; }
bench=../../build/bench/bin/leat
[ ! -x "$bench" ] || "$bench" bench --quick --dir "$directory" --only M1 E1 E1f E3 E3s
