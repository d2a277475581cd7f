"""The seeded bugs of T22: each is one line somebody could write, and what must fail when it is there.

A bug is a replacement of one piece of text, which must be there exactly once, and the suites that catch it, as arguments
of a test binary below the build directory. run.py puts one in at a time."""

from dataclasses import dataclass

LOG = "tests/unit/log/log_unit_test"
PARTITION = "tests/unit/partition/partition_unit_test"
ENGINE = "tests/unit/engine/engine_unit_test"
DIRECTORY = "tests/unit/engine/engine_directory_unit_test"
SIM = "tests/sim/engine_sim_test --workloads=20 --images=6000 --nested=300"
FAULT = "tests/fault/engine_fault_test"
DAMAGE = "tests/damage/engine_damage_test"


@dataclass(frozen=True)
class Bug:
    name: str
    file: str
    find: str
    replace: str
    caught_by: tuple[str, ...]
    and_also: tuple[tuple[str, str], ...] = ()


BUGS = [
    # Syncs that are left out.
    Bug("skip the sync of a segment's name", "lib/log/segment.cc",
        "LEAT_TRY_VOID(io::synced(environment_.file_system->sync_directory(directory_)));", "", (LOG, SIM)),
    Bug("skip the sync of the names above a partition", "lib/log/log.cc",
        "  LEAT_TRY_VOID(io::synced(files.sync_directory(topic)));\n", "", (LOG, SIM)),
    Bug("seal without the names above", "lib/log/log.cc",
        "  LEAT_TRY_VOID(sync_directories());\n  LEAT_TRY(const auto sum,", "  LEAT_TRY(const auto sum,", (SIM,)),
    Bug("seal without a sync", "lib/log/segment.cc",
        "  LEAT_TRY_VOID(io::synced(file->sync()));\n  std::vector<std::byte> block",
        "  std::vector<std::byte> block", (LOG, SIM),
        (("  LEAT_TRY_VOID(sync(end));\n  unmap();", "  unmap();"),)),
    Bug("write a frame and do not sync it", "lib/log/journal.cc",
        "  LEAT_TRY_VOID(io::synced(half.file->sync()));\n", "", (LOG, SIM)),
    Bug("free a half of the journal with its files unsynced", "lib/partition/group_commit.cc",
        "const auto synced = partition->sync_files();", "const Result<void> synced;", (DIRECTORY, SIM)),
    Bug("acknowledge a catalog record before its sync", "lib/engine/catalog.cc",
        "  auto synced = sync();\n", "  Result<void> synced;\n", (SIM,)),
    Bug("replace a file without the sync of its name", "lib/io/files.cc",
        "  return synced(files.sync_directory(directory));\n}\n\nResult<std::uint64_t> copy_stretch",
        "  return {};\n}\n\nResult<std::uint64_t> copy_stretch", (SIM, FAULT)),
    # Acknowledged too early, or again.
    Bug("acknowledge before the sync", "lib/partition/partition_sync.cc",
        "  while (outcome && !is_durable()) {", "  while (outcome && false) {", (PARTITION, SIM)),
    Bug("go on after a failed sync", "lib/partition/partition_sync.cc",
        "instance_.gate.poison(done.error());", "{}", (FAULT,)),
    Bug("go on after a failed commit", "lib/partition/group_commit.cc",
        "instance_.gate.poison(written.error());", "{}", (FAULT,)),
    Bug("take a full disk at a sync for a harmless one", "lib/io/files.cc",
        "  if (outcome || outcome.error().code() != ErrorCode::kStorageFull) return outcome;\n",
        "  if (true) return outcome;\n", (LOG, FAULT)),
    # Recovery.
    Bug("trust the cache on reopen", "lib/log/log_open.cc",
        "    LEAT_TRY_VOID(rewrite(*file, durable, chain.end));\n", "", (LOG, SIM)),
    Bug("do not replay the journal", "lib/engine/journal_replay.cc",
        "  return target.file->write(entry.position(), entry.bytes);", "  return {};", (DIRECTORY, SIM)),
    Bug("carry no mark into the next half", "lib/log/journal.cc",
        "due_.insert(partition);  // the other half", "(void)partition;  // the other half", (LOG,)),
    Bug("take a frame of another journal", "lib/log/journal_frame.cc",
        "  if (base::xxh3(bytes.first(hashed), salt + header->number.generation) !=",
        "  if (salt == 0 && base::xxh3(bytes.first(hashed), salt) !=", (LOG,)),
    Bug("cut at damage after a clean close", "lib/log/log_open.cc",
        "durable > 0 || (!is_rolled && !may_be_torn(base_offset))", "durable > 0", (LOG, DAMAGE)),
    Bug("cut at damage before the durable mark", "lib/log/log_open.cc",
        "durable > 0 || (!is_rolled && !may_be_torn(base_offset))",
        "durable == 0 && !is_rolled && !may_be_torn(base_offset)", (DIRECTORY, DAMAGE)),
    Bug("do not look at CRCs in recovery", "lib/log/chain.cc",
        "if (check_crc && !batch.crc_is_right())", "if (false)", (LOG, SIM)),
    Bug("take a batch of any offset", "lib/log/chain.cc", "    if (!is_next) {", "    if (false && !is_next) {",
        (LOG, DAMAGE)),
    Bug("take a batch of an earlier life", "lib/log/chain.cc",
        "    if (batch.leader_epoch().value() < epoch_) {", "    if (false) {", (LOG,)),
    Bug("begin with the epoch of the run before", "lib/engine/engine_impl.cc",
        "state_.is_clean ? state_.opens : state_.opens + 1", "state_.opens", (DIRECTORY, SIM)),
    Bug("give offsets below log start again", "lib/log/log_open.cc",
        "  if (loaded_end_ >= state_.log_start) return {};\n", "  return {};\n", (LOG, SIM)),
    Bug("cut what follows a rolled segment with junk behind its end", "lib/log/log_open.cc",
        "  const bool is_rolled = state_.recover && successor == chain.next_offset;",
        "  const bool is_rolled = successor && false;", (LOG, SIM)),
    # Reading.
    Bug("do not look at the sums of blocks", "lib/log/segment.cc",
        "  if (block < sum.blocks.size() && base::xxh3(bytes) == sum.blocks[block]) return {};",
        "  if (block < sum.blocks.size() + bytes.size()) return {};", (LOG, DAMAGE)),
    Bug("show readers of a sync topic what is not durable", "lib/log/segment.h",
        "    if (!only_durable) return", "    if (!only_durable || !path_.empty()) return", (PARTITION, SIM)),
    # Order, names, owners.
    Bug("remove files before log start is durable", "lib/engine/engine_admin.cc",
        "  // S23: durable before any file goes.\n", "  LEAT_TRY_VOID(partition->delete_below(to));\n", (SIM,)),
    Bug("open what somebody else has open", "lib/engine/engine_impl.cc",
        "    if (lock.error().code() != ErrorCode::kLocked) return lock;",
        "    if (lock.error().code() == ErrorCode::kLocked) return std::unique_ptr<FileLock>();", (DIRECTORY,)),
    Bug("let a child of fork() in", "lib/io/posix_fork_guard.h",
        "return word_->load(std::memory_order_relaxed) == 0;", "return word_ == nullptr;", (DIRECTORY,)),
]
