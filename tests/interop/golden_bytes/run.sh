#!/bin/sh
# tests/golden/wire/kafka_bytes, as Kafka's own classes write it. Needs a JDK 17 and Maven (Debian: default-jdk-headless, maven).
# Usage: tests/interop/golden_bytes/run.sh
set -eu
cd "$(dirname "$0")"
golden=../../golden/wire
target=../../../build/golden_bytes
mvn -q -B dependency:copy-dependencies -DoutputDirectory="$target/lib"
javac -nowarn --release 17 -cp "$target/lib/*" -d "$target/classes" src/GoldenBytes.java
java -cp "$target/classes:$target/lib/*" GoldenBytes "$golden"/*.txt >"$target/kafka_bytes"
cp "$target/kafka_bytes" "$golden/kafka_bytes"
