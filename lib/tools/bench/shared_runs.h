#pragma once

/// \file
/// One run that gives several rows: a rate and a tail, say. Each row's sample n reads run n,
/// whichever row comes first takes it.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "leat/result.h"

#include "base/try.h"
#include "tools/bench/runner.h"

namespace leat::tools {

/// Not thread-safe. REQUIRES: the rows are measured with the same number of samples.
template <class Outcome>
class SharedRuns : public std::enable_shared_from_this<SharedRuns<Outcome>> {
 public:
  using Take = std::function<Result<Outcome>()>;
  using Read = std::function<double(const Outcome&)>;

  explicit SharedRuns(Take take) : take_(std::move(take)) {}

  /// A measure that reads a figure of one run after another. Errors: those of the run.
  [[nodiscard]] Measure figure(Read read) {
    return [runs = this->shared_from_this(), read = std::move(read),
            next = std::size_t{0}]() mutable -> Result<Sample> {
      LEAT_TRY(const Outcome* const outcome, runs->at(next++));
      return Sample{.value = read(*outcome), .instructions = std::nullopt};
    };
  }

 private:
  Result<const Outcome*> at(std::size_t index) {
    if (index >= outcomes_.size()) {
      LEAT_TRY(Outcome outcome, take_());
      outcomes_.push_back(std::make_unique<Outcome>(std::move(outcome)));
    }
    return static_cast<const Outcome*>(outcomes_[index].get());
  }

  Take take_;
  std::vector<std::unique_ptr<Outcome>> outcomes_;
};

}  // namespace leat::tools
