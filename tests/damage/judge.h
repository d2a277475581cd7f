#pragma once

/// \file
/// Opens a damaged directory, reads all of it around the damage, and compares it with what was
/// written: every record is right and at its offset, or an error names the file that is damaged
/// (G22, G23).

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"

#include "damage/image.h"

namespace leat::damage {

/// What was done to which bytes of a file; [begin, end) in the file as it was.
struct Damage {
  std::string file;
  std::uint64_t begin = 0;
  std::uint64_t end = UINT64_MAX;
  std::string what;
};

/// What a partition gave.
struct Reading {
  std::set<std::int64_t> offsets;  ///< right records
  std::vector<Error> errors;
  std::string wrong;  ///< the first record that is not what was written; empty: none
};

/// Reads a partition from its start to its end, past every error to the next of `starts`.
[[nodiscard]] Reading read_around(const Engine& engine, const Name& name,
                                  const std::vector<Written>& written,
                                  const std::vector<std::int64_t>& starts);

/// Holds engines to G22 and G23 over damaged copies of one directory.
class Judge {
 public:
  Judge(const Prepared& prepared, Stop stop);

  /// How often a directory is opened for writing, too: that costs a copy and more. 1: always.
  void write_every(std::uint64_t n) { write_every_ = n; }
  /// How often the partitions that the damage is not in are read, too.
  void others_every(std::uint64_t n) { others_every_ = n; }
  /// Damages that `leat verify` need not find: those that change no meaning.
  void must_be_found(bool must) { must_be_found_ = must; }

  /// `files` are the directory with the damage. Fails the test when the engine does wrong.
  void judge(const Image& files, const Damage& damage);
  [[nodiscard]] std::uint64_t cases() const { return cases_; }

 private:
  struct Lost {
    std::set<std::int64_t> may;  ///< offsets that the damage may take
    bool is_tail = false;        ///< of a killed engine's active segment: may be cut, if it is told
  };
  [[nodiscard]] Lost lost(const Name& name, const Damage& damage) const;
  void check_verify(const Environment& environment, const Damage& damage) const;
  void check_reading(const Environment& environment, const Damage& damage) const;
  void check_writing(const Image& files, const Damage& damage) const;
  void check_engine(const Engine& engine, const Damage& damage) const;
  void check_appends(const Engine& engine, const Damage& damage) const;
  void check_refusal(const Error& error, const Damage& damage) const;
  void check_cursor(const Engine& engine, const Damage& damage) const;

  const Prepared& prepared_;
  const Stop stop_;
  /// Where reading may go on: at each batch, of a sealed segment at the first one of each block.
  std::map<Name, std::vector<std::int64_t>> starts_;
  std::uint64_t write_every_ = 1;
  std::uint64_t others_every_ = 1;
  bool must_be_found_ = true;
  std::uint64_t cases_ = 0;
};

}  // namespace leat::damage
