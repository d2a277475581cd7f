#include "fault/scripts.h"

#include <string>
#include <vector>

#include "leat/options.h"
#include "leat/producer.h"
#include "leat/testing/simulated_disk.h"

#include "sim/scenario.h"

namespace leat::fault {
namespace {

using simtest::Scenario;

void nothing(Scenario&) {}
/// A user's: its own name is durable.
void made_directory(Scenario& s) {
  s.world().disk().create_directory(simtest::kDirectory).value();
  s.world().disk().sync_directory("/").value();
}
/// An engine with a topic of each level, a record in each.
void two_topics(Scenario& s) {
  s.open();
  s.create("plain", false);
  s.create("synced", true);
  s.append("plain", 1);
  s.append("synced", 1);
}
/// Sealed segments in both topics, and an active one.
void segments(Scenario& s) {
  two_topics(s);
  s.append("plain", 12, 400);
  s.append("synced", 6, 400);
  s.run_jobs();
  s.append("plain", 2);
  s.flush();
}
void closed(Scenario& s) {
  segments(s);
  s.close();
}
/// The process died: an open batch, an unsealed complete segment.
void killed(Scenario& s) {
  segments(s);
  s.append("plain", 7, 400);
  s.kill();
}
void killed_while_creating(Scenario& s) {
  two_topics(s);
  s.create("more", false);
  s.append("more", 3);
  s.remove("plain");
  s.kill();
}
void power_lost(Scenario& s) {
  segments(s);
  s.append("plain", 3);
  s.append("synced", 1);
  s.lose_power(leat::testing::CrashOptions::random(7));
}
void saved_cursor(Scenario& s) {
  segments(s);
  s.save_cursor("plain", 2);
}

std::vector<Script> appends() {
  return {
      {"append", two_topics, [](Scenario& s) { s.append("plain", 3); }},
      {"append the first record", [](Scenario& s) { s.open(), s.create("plain", false); },
       [](Scenario& s) { s.append("plain", 2); }},
      {"append synced", two_topics, [](Scenario& s) { s.append("synced", 3); }},
      {"append the first record synced", [](Scenario& s) { s.open(), s.create("synced", true); },
       [](Scenario& s) { s.append("synced", 2); }},
      {"append batches", two_topics,
       [](Scenario& s) { s.append_batch("plain", 3), s.append_batch("plain", 2); }},
      {"append batches synced", two_topics,
       [](Scenario& s) { s.append_batch("synced", 3), s.append_batch("synced", 2); }},
      {"append both kinds in turn", two_topics,
       [](Scenario& s) {
         s.append("plain", 2), s.append_batch("plain", 2), s.append("plain", 1), s.flush();
       }},
      {"append large records", two_topics, [](Scenario& s) { s.append("plain", 2, 1500); }},
      {"append many", two_topics, [](Scenario& s) { s.append("plain", 30, 20), s.flush(); }},
      {"claim", two_topics, [](Scenario& s) { s.append_claimed("plain"), s.append("plain", 1); }},
      {"claim synced", two_topics, [](Scenario& s) { s.append_claimed("synced"); }},
      {"claim and abandon", two_topics,
       [](Scenario& s) { s.append_abandoned("plain"), s.append("plain", 2), s.flush(); }},
      {"flush", [](Scenario& s) { two_topics(s), s.append("plain", 4); },
       [](Scenario& s) { s.flush(), s.append("plain", 1), s.flush(); }},
      {"read between appends", segments,
       [](Scenario& s) {
         s.read("plain"), s.append("plain", 2), s.read("plain"), s.read("synced");
       }},
      {"look up a time", segments,
       [](Scenario& s) { s.find_time("plain"), s.find_time("synced"); }},
  };
}

std::vector<Script> produced() {
  const auto packed = [](CompressionType codec) {
    return [codec](Scenario& s) {
      s.produce_packed("plain", 4, codec), s.produce_packed("synced", 2, codec);
    };
  };
  return {
      {"produce", two_topics, [](Scenario& s) { s.produce("plain", 3); }},
      {"produce synced", two_topics, [](Scenario& s) { s.produce("synced", 2); }},
      {"produce with acks of sync", two_topics,
       [](Scenario& s) { s.produce("plain", 2, {.acks = Acks::kSync}), s.produce("plain", 1); }},
      {"produce without compression, batched", two_topics, packed(CompressionType::kNone)},
      {"produce gzip", two_topics, packed(CompressionType::kGzip)},
      {"produce snappy", two_topics, packed(CompressionType::kSnappy)},
      {"produce lz4", two_topics, packed(CompressionType::kLz4)},
      {"produce zstd", two_topics, packed(CompressionType::kZstd)},
  };
}

std::vector<Script> segments_turned() {
  return {
      {"roll", two_topics, [](Scenario& s) { s.roll("plain"), s.append("plain", 1); }},
      {"roll and seal", two_topics,
       [](Scenario& s) { s.roll("plain"), s.run_jobs(), s.append("plain", 2), s.run_jobs(); }},
      {"roll synced and seal", two_topics,
       [](Scenario& s) {
         s.roll("synced"), s.append("synced", 1), s.run_jobs(), s.append("synced", 1);
       }},
      {"roll by size", two_topics, [](Scenario& s) { s.append("plain", 8, 400), s.run_jobs(); }},
      {"roll by size synced", two_topics,
       [](Scenario& s) { s.append("synced", 6, 500), s.run_jobs(); }},
      {"roll twice before the seal", two_topics,
       [](Scenario& s) {
         s.roll("plain"), s.append("plain", 1), s.roll("plain"), s.append("plain", 1), s.run_jobs();
       }},
      {"roll an empty segment", two_topics,
       [](Scenario& s) { s.roll("plain"), s.roll("plain"), s.run_jobs(), s.append("plain", 1); }},
      {"delete records", segments, [](Scenario& s) { s.delete_records("plain", 9); }},
      {"delete records of unsealed segments",
       [](Scenario& s) { two_topics(s), s.append("plain", 9, 400); },
       [](Scenario& s) { s.delete_records("plain", 8), s.append("plain", 1); }},
      {"delete records twice, append", segments,
       [](Scenario& s) {
         s.delete_records("plain", 5), s.delete_records("plain", 13), s.append("plain", 2),
             s.flush();
       }},
      {"copy", [](Scenario& s) { segments(s), s.append("plain", 2); },
       [](Scenario& s) { s.take_snapshot("/copy"), s.append("plain", 1), s.flush(); }},
  };
}

std::vector<Script> administered() {
  return {
      {"create a topic", two_topics, [](Scenario& s) { s.create("more", false); }},
      {"create topics and append", two_topics,
       [](Scenario& s) { s.create("more", true), s.append("more", 1), s.create("last", false); }},
      {"delete a topic", segments, [](Scenario& s) { s.remove("plain"), s.append("synced", 1); }},
      {"delete a topic with nothing in it",
       [](Scenario& s) { two_topics(s), s.create("more", false); },
       [](Scenario& s) { s.remove("more"); }},
      {"delete a topic while it seals",
       [](Scenario& s) { two_topics(s), s.append("plain", 9, 400); },
       [](Scenario& s) { s.remove("plain"), s.run_jobs(); }},
      {"create, append, delete, create again", two_topics,
       [](Scenario& s) {
         s.create("more", false), s.append("more", 1), s.remove("more"), s.create("again", false);
       }},
      {"add partitions", segments,
       [](Scenario& s) { s.add_partitions("plain", 3), s.append("plain", 1); }},
      {"alter a config", two_topics, [](Scenario& s) { s.retain("plain", "86400000"); }},
      {"alter configs twice", two_topics,
       [](Scenario& s) {
         s.retain("plain", "86400000"), s.retain("plain", "3600000"), s.append("plain", 1);
       }},
      {"save the first cursor", segments, [](Scenario& s) { s.save_cursor("plain", 3); }},
      {"save a cursor", saved_cursor,
       [](Scenario& s) { s.save_cursor("plain", 5), s.save_cursor("plain", 6); }},
  };
}

std::vector<Script> opened() {
  const auto open_and_close = [](Scenario& s) { s.open(), s.close(); };
  const auto open_and_append = [](Scenario& s) {
    s.open(), s.append("plain", 1), s.append("synced", 1), s.run_jobs();
  };
  return {
      {"open for the first time", nothing, [](Scenario& s) { s.open(), s.create("plain", false); }},
      {"open for the first time, close, open", nothing,
       [](Scenario& s) { s.open(), s.close(), s.open(); }},
      {"open for the first time, again, create and append synced", made_directory,
       [](Scenario& s) {
         s.open(), s.abandon(), s.open(), s.create("synced", true), s.append("synced", 1);
       }},
      {"close", segments, [](Scenario& s) { s.close(); }},
      {"close with an open batch", [](Scenario& s) { two_topics(s), s.append("plain", 5); },
       [](Scenario& s) { s.close(); }},
      {"close with unsealed segments",
       [](Scenario& s) { two_topics(s), s.append("plain", 9, 400); },
       [](Scenario& s) { s.close(); }},
      {"reopen clean", closed, open_and_append},
      {"reopen clean, close", closed, open_and_close},
      {"reopen clean, read", closed,
       [](Scenario& s) { s.open(), s.read("plain"), s.read("synced"); }},
      {"reopen after a kill", killed, open_and_append},
      {"reopen after a kill, close", killed, open_and_close},
      {"reopen after a kill amid changes", killed_while_creating,
       [](Scenario& s) { s.open(), s.append("more", 1), s.close(); }},
      {"reopen after power loss", power_lost, open_and_append},
      {"reopen after power loss, close", power_lost, open_and_close},
      {"reopen with a cursor", [](Scenario& s) { saved_cursor(s), s.close(); },
       [](Scenario& s) { s.open(), s.save_cursor("plain", 4); }},
  };
}

}  // namespace

const std::vector<Script>& scripts() {
  static const std::vector<Script> kAll = [] {
    std::vector<Script> all;
    for (const auto& some : {appends(), produced(), segments_turned(), administered(), opened()}) {
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }();
  return kAll;
}

}  // namespace leat::fault
