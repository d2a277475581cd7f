#!/usr/bin/env python3
"""Debian's Kafka clients (kcat, confluent-kafka, kafka-python) against `leat serve`.

usage: clients.py --leat PATH [--readme README.md] [--only WORD]
Prints a line a case; exit 1 if one fails, 77 if no client is installed.
"""
import argparse
import contextlib
import importlib.util
import io
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

COUNT = 500
PATIENCE = 30  # seconds for anything


class Served:
    """A running `leat serve`; it ends when its stdin does."""

    def __init__(self, leat, *words):
        self.process = subprocess.Popen(
            [leat, "serve", "--listen", "127.0.0.1:0", "--exit-with-stdin", *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.bootstrap = json.loads(self.process.stdout.readline())["bootstrap"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(PATIENCE)
            assert self.process.returncode == 0, f"leat serve ended with {self.process.returncode}"

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)


def kcat(server, *words, text=None):
    done = subprocess.run(["kcat", "-b", server.bootstrap, *words], input=text, text=True, capture_output=True,
                          timeout=PATIENCE, check=False)
    assert done.returncode == 0, f"kcat {words}: {done.stderr}"
    return done.stdout


def values(count=COUNT):
    return [f"value {i}" for i in range(count)]


def kcat_produces_and_consumes(leat):
    with Served(leat, "--memory") as server:
        kcat(server, "-P", "-t", "t", text="".join(v + "\n" for v in values()))
        assert kcat(server, "-C", "-t", "t", "-e", "-q").splitlines() == values()
        assert "1 brokers" in kcat(server, "-L")


def kcat_compresses(leat):
    for codec in ("gzip", "snappy", "lz4", "zstd"):
        with Served(leat, "--memory") as server:
            kcat(server, "-P", "-t", "t", "-z", codec, text="".join(v + "\n" for v in values()))
            assert kcat(server, "-C", "-t", "t", "-e", "-q").splitlines() == values(), codec


def kcat_finds_a_time(leat):
    with Served(leat, "--memory") as server:
        kcat(server, "-P", "-t", "t", text="before\n")
        middle = int(time.time() * 1000)
        while int(time.time() * 1000) <= middle + 5:
            pass
        kcat(server, "-P", "-t", "t", text="after\n")
        assert kcat(server, "-C", "-t", "t", "-e", "-q", "-o", f"s@{middle + 1}").splitlines() == ["after"]


def kcat_sees_three_nodes(leat):
    with Served(leat, "--memory", "--nodes", "3", "--topic", "t:6") as server:
        kcat(server, "-P", "-t", "t", text="".join(v + "\n" for v in values()))
        assert sorted(kcat(server, "-C", "-t", "t", "-e", "-q").splitlines()) == sorted(values())
        assert "3 brokers" in kcat(server, "-L")


def what_was_acknowledged_survives_kill_9(leat):
    with tempfile.TemporaryDirectory() as directory:
        with Served(leat, "--dir", directory) as server:
            kcat(server, "-P", "-t", "t", "-X", "acks=all", text="".join(v + "\n" for v in values()))
            server.kill()
        with Served(leat, "--dir", directory) as server:
            assert kcat(server, "-C", "-t", "t", "-e", "-q").splitlines() == values()


def confluent_is_idempotent(leat):
    from confluent_kafka import Consumer, Producer, TopicPartition
    with Served(leat, "--memory", "--topic", "t:1") as server:
        failed = []
        producer = Producer({"bootstrap.servers": server.bootstrap, "enable.idempotence": True, "linger.ms": 1})
        for value in values():
            producer.produce("t", value, on_delivery=lambda error, _: failed.append(error) if error else None)
            producer.poll(0)
        assert producer.flush(PATIENCE) == 0 and not failed, failed
        consumer = Consumer({"bootstrap.servers": server.bootstrap, "group.id": "none", "enable.auto.commit": False})
        consumer.assign([TopicPartition("t", 0, 0)])
        assert consumer.get_watermark_offsets(TopicPartition("t", 0), PATIENCE) == (0, COUNT)
        read = []
        until = time.monotonic() + PATIENCE
        while len(read) < COUNT and time.monotonic() < until:
            record = consumer.poll(1)
            if record is not None:
                assert record.error() is None, record.error()
                read.append(record.value().decode())
        consumer.close()
        assert read == values()


def confluent_knows_the_topics(leat):
    from confluent_kafka.admin import AdminClient
    with Served(leat, "--memory", "--topic", "a:1", "--topic", "b:3") as server:
        topics = AdminClient({"bootstrap.servers": server.bootstrap}).list_topics(timeout=PATIENCE).topics
        assert {name: len(topic.partitions) for name, topic in topics.items()} == {"a": 1, "b": 3}


def confluent_members_share_a_group(leat):
    from confluent_kafka import Consumer, Producer, TopicPartition
    with Served(leat, "--memory", "--topic", "t:4") as served:
        producer = Producer({"bootstrap.servers": served.bootstrap})
        for i in range(COUNT):
            producer.produce("t", str(i), partition=i % 4)
        producer.flush(PATIENCE)

        def member(**more):
            consumer = Consumer({"bootstrap.servers": served.bootstrap, "group.id": "g", "auto.offset.reset": "earliest",
                                 "enable.auto.commit": False, "heartbeat.interval.ms": 100, **more})
            consumer.subscribe(["t"])
            return consumer

        first, second = member(), member()
        seen, deadline = set(), time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for consumer in (first, second):
                message = consumer.poll(0.05)
                if message is not None and not message.error():
                    seen.add(int(message.value()))
            if len(seen) == COUNT and len(first.assignment()) == len(second.assignment()) == 2:
                break
        assert len(seen) == COUNT, len(seen)
        assert len(first.assignment()) == len(second.assignment()) == 2
        first.close()
        second.close()
        where = [TopicPartition("t", p, 125) for p in range(4)]
        simple = Consumer({"bootstrap.servers": served.bootstrap, "group.id": "h"})
        simple.commit(offsets=where, asynchronous=False)
        assert [p.offset for p in simple.committed(where, PATIENCE)] == [125] * 4
        simple.close()


def kafka_python_members_share_a_group(leat):
    from kafka import KafkaConsumer, KafkaProducer
    with Served(leat, "--memory", "--topic", "t:2") as served:
        producer = KafkaProducer(bootstrap_servers=served.bootstrap)
        for i in range(COUNT):
            producer.send("t", str(i).encode(), partition=i % 2)
        producer.flush()

        def read(expected):
            consumer = KafkaConsumer("t", bootstrap_servers=served.bootstrap, group_id="g", auto_offset_reset="earliest")
            seen, deadline = [], time.monotonic() + PATIENCE
            while len(seen) < expected and time.monotonic() < deadline:
                for records in consumer.poll(200).values():
                    seen += [int(record.value) for record in records]
            consumer.commit()
            consumer.close()
            return seen

        assert sorted(read(COUNT)) == list(range(COUNT))
        for i in range(10):
            producer.send("t", b"%d" % (COUNT + i), partition=i % 2)
        producer.flush()
        assert sorted(read(10)) == list(range(COUNT, COUNT + 10))  # it goes on where it stood
        producer.close()


def kafka_python_produces_and_consumes(leat):
    from kafka import KafkaConsumer, KafkaProducer, TopicPartition
    with Served(leat, "--memory", "--topic", "t:1") as server:
        producer = KafkaProducer(bootstrap_servers=server.bootstrap, acks="all", compression_type="gzip")
        sent = [producer.send("t", value.encode(), headers=[("h", b"1")]) for value in values()]
        producer.flush(PATIENCE)
        assert [future.get(PATIENCE).offset for future in sent] == list(range(COUNT))
        producer.close(PATIENCE)
        place = TopicPartition("t", 0)
        consumer = KafkaConsumer(bootstrap_servers=server.bootstrap, consumer_timeout_ms=PATIENCE * 1000)
        consumer.assign([place])
        assert consumer.end_offsets([place]) == {place: COUNT}
        consumer.seek(place, 10)
        read = []
        for record in consumer:
            assert record.headers == [("h", b"1")]
            read.append(record.value.decode())
            if len(read) == COUNT - 10:
                break
        consumer.close()
        assert read == values()[10:]


def the_example_of_the_readme_runs(leat, readme):
    example = re.search(r"```python\n(.*?)```", readme.read_text(), re.DOTALL).group(1)
    with Served(leat, "--memory") as server:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(example.replace("127.0.0.1:9092", server.bootstrap), "README.md", "exec"), {})
        assert "3 apples" in out.getvalue(), out.getvalue()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leat", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--readme", type=pathlib.Path)
    parser.add_argument("--only", default="", help="only cases with this word in their name")
    arguments = parser.parse_args()

    def the_readme(leat):
        the_example_of_the_readme_runs(leat, arguments.readme)
    the_readme.__name__ = the_example_of_the_readme_runs.__name__
    by_client = [
        (shutil.which("kcat"), [kcat_produces_and_consumes, kcat_compresses, kcat_finds_a_time, kcat_sees_three_nodes,
                                what_was_acknowledged_survives_kill_9]),
        (importlib.util.find_spec("confluent_kafka"), [confluent_is_idempotent, confluent_knows_the_topics,
                                                         confluent_members_share_a_group]
         + ([the_readme] if arguments.readme else [])),
        (importlib.util.find_spec("kafka"), [kafka_python_produces_and_consumes, kafka_python_members_share_a_group]),
    ]
    cases = [case for client, some in by_client if client for case in some if arguments.only in case.__name__]
    failed = 0
    for case in cases:
        try:
            case(arguments.leat)
            print(f"ok      {case.__name__}", flush=True)
        except Exception:  # any failure of a case is the case's
            failed += 1
            print(f"FAILED  {case.__name__}\n{traceback.format_exc()}", flush=True)
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 77 if not cases else 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
