#pragma once

/// \file
/// `Error`: Kafka's error number where Kafka has one, Leat's own (negative) where it has none, and
/// a sentence that says what was wrong, where, and what would be right.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace leat::inline v0 {

/// Kafka's error codes by their numbers. Negative codes are Leat's own and never reach the wire as
/// such. Numbers are part of the API: never change or reuse one.
enum class ErrorCode : std::int16_t {
  kUnknownServerError = -1,
  kNone = 0,
  kOffsetOutOfRange = 1,
  kCorruptMessage = 2,
  kUnknownTopicOrPartition = 3,
  kInvalidFetchSize = 4,
  kLeaderNotAvailable = 5,
  kNotLeaderOrFollower = 6,
  kRequestTimedOut = 7,
  kBrokerNotAvailable = 8,
  kReplicaNotAvailable = 9,
  kMessageTooLarge = 10,
  kRecordTooLarge = kMessageTooLarge,  ///< What Kafka's clients call it.
  kStaleControllerEpoch = 11,
  kOffsetMetadataTooLarge = 12,
  kNetworkException = 13,
  kCoordinatorLoadInProgress = 14,
  kCoordinatorNotAvailable = 15,
  kNotCoordinator = 16,
  kInvalidTopicException = 17,
  kRecordListTooLarge = 18,
  kNotEnoughReplicas = 19,
  kNotEnoughReplicasAfterAppend = 20,
  kInvalidRequiredAcks = 21,
  kIllegalGeneration = 22,
  kInconsistentGroupProtocol = 23,
  kInvalidGroupId = 24,
  kUnknownMemberId = 25,
  kInvalidSessionTimeout = 26,
  kRebalanceInProgress = 27,
  kInvalidCommitOffsetSize = 28,
  kTopicAuthorizationFailed = 29,
  kGroupAuthorizationFailed = 30,
  kClusterAuthorizationFailed = 31,
  kInvalidTimestamp = 32,
  kUnsupportedSaslMechanism = 33,
  kIllegalSaslState = 34,
  kUnsupportedVersion = 35,
  kTopicAlreadyExists = 36,
  kInvalidPartitions = 37,
  kInvalidReplicationFactor = 38,
  kInvalidReplicaAssignment = 39,
  kInvalidConfig = 40,
  kNotController = 41,
  kInvalidRequest = 42,
  kUnsupportedForMessageFormat = 43,
  kPolicyViolation = 44,
  kOutOfOrderSequenceNumber = 45,
  kDuplicateSequenceNumber = 46,
  kInvalidProducerEpoch = 47,
  kInvalidTxnState = 48,
  kInvalidProducerIdMapping = 49,
  kInvalidTransactionTimeout = 50,
  kConcurrentTransactions = 51,
  kTransactionCoordinatorFenced = 52,
  kTransactionalIdAuthorizationFailed = 53,
  kSecurityDisabled = 54,
  kOperationNotAttempted = 55,
  kKafkaStorageError = 56,
  kLogDirNotFound = 57,
  kSaslAuthenticationFailed = 58,
  kUnknownProducerId = 59,
  kReassignmentInProgress = 60,
  kDelegationTokenAuthDisabled = 61,
  kDelegationTokenNotFound = 62,
  kDelegationTokenOwnerMismatch = 63,
  kDelegationTokenRequestNotAllowed = 64,
  kDelegationTokenAuthorizationFailed = 65,
  kDelegationTokenExpired = 66,
  kInvalidPrincipalType = 67,
  kNonEmptyGroup = 68,
  kGroupIdNotFound = 69,
  kFetchSessionIdNotFound = 70,
  kInvalidFetchSessionEpoch = 71,
  kListenerNotFound = 72,
  kTopicDeletionDisabled = 73,
  kFencedLeaderEpoch = 74,
  kUnknownLeaderEpoch = 75,
  kUnsupportedCompressionType = 76,
  kStaleBrokerEpoch = 77,
  kOffsetNotAvailable = 78,
  kMemberIdRequired = 79,
  kPreferredLeaderNotAvailable = 80,
  kGroupMaxSizeReached = 81,
  kFencedInstanceId = 82,
  kEligibleLeadersNotAvailable = 83,
  kElectionNotNeeded = 84,
  kNoReassignmentInProgress = 85,
  kGroupSubscribedToTopic = 86,
  kInvalidRecord = 87,
  kUnstableOffsetCommit = 88,
  kThrottlingQuotaExceeded = 89,
  kProducerFenced = 90,
  kResourceNotFound = 91,
  kDuplicateResource = 92,
  kUnacceptableCredential = 93,
  kInconsistentVoterSet = 94,
  kInvalidUpdateVersion = 95,
  kFeatureUpdateFailed = 96,
  kPrincipalDeserializationFailure = 97,
  kSnapshotNotFound = 98,
  kPositionOutOfRange = 99,
  kUnknownTopicId = 100,
  kDuplicateBrokerRegistration = 101,
  kBrokerIdNotRegistered = 102,
  kInconsistentTopicId = 103,
  kInconsistentClusterId = 104,
  kTransactionalIdNotFound = 105,
  kFetchSessionTopicIdError = 106,
  kIneligibleReplica = 107,
  kNewLeaderElected = 108,
  kOffsetMovedToTieredStorage = 109,
  kFencedMemberEpoch = 110,
  kUnreleasedInstanceId = 111,
  kUnsupportedAssignor = 112,
  kStaleMemberEpoch = 113,
  kMismatchedEndpointType = 114,
  kUnsupportedEndpointType = 115,
  kUnknownControllerId = 116,
  kUnknownSubscriptionId = 117,
  kTelemetryTooLarge = 118,
  kInvalidRegistration = 119,
  kTransactionAbortable = 120,
  kInvalidRecordState = 121,
  kShareSessionNotFound = 122,
  kInvalidShareSessionEpoch = 123,
  kFencedStateEpoch = 124,
  kInvalidVoterKey = 125,
  kDuplicateVoter = 126,
  kVoterNotFound = 127,
  kInvalidRegularExpression = 128,
  kRebootstrapRequired = 129,
  kStreamsInvalidTopology = 130,
  kStreamsInvalidTopologyEpoch = 131,
  kStreamsTopologyFenced = 132,
  kShareSessionLimitReached = 133,

  // Leat's own.
  kInternal = -100,     ///< A broken invariant: the instance is poisoned, the host lives.
  kIo = -101,           ///< The operating system refused; the text names call, path and errno.
  kStorageFull = -102,  ///< ENOSPC or EDQUOT: retriable once space is back (G24).
  kStorageReadOnly =
      -103,        ///< Opened read-only, or poisoned by a failed sync (S12): sticky until reopened.
  kLocked = -104,  ///< Another holder has the directory open (G29).
  kForked = -105,  ///< Called in a child of fork() (S26).
  kClosed = -106,  ///< The handle, or its engine, is closed.
  kUnsupportedFormat = -107,  ///< A newer format version, or a file that is not ours.
  kNotFound = -108,           ///< A file or directory that is not there.
  kAlreadyExists = -109,      ///< A file or directory that is there already.
  kTimedOut = -110,           ///< The caller's own deadline passed.
  kWouldBlock = -111,         ///< A try_ form found no room, or nothing to read.
  kTooManyOpenFiles = -112,   ///< EMFILE, ENFILE, or no map left (G27).
  kOutOfMemory = -113,        ///< An allocation failed (G26).
  kInvalidArgument = -114,    ///< An argument that Kafka has no number for.
  kBusy = -115,               ///< Someone else has it: a second Appender of a partition.
  kCancelled = -116,  ///< The caller's stop token, or the end of the engine, ended the call.
};

/// Kafka's name of a code, "OFFSET_OUT_OF_RANGE"; ours in the same form.
[[nodiscard]] std::string_view error_name(ErrorCode code) noexcept;
/// Whether the same call may succeed later, as Kafka's clients decide it.
[[nodiscard]] bool is_retriable(ErrorCode code) noexcept;
/// The number for the wire: Kafka's own codes are themselves, Leat's own become their nearest Kafka
/// code.
[[nodiscard]] ErrorCode to_kafka(ErrorCode code) noexcept;

/// A code and a sentence. Cheap to move; copyable; 16 bytes.
class [[nodiscard]] Error {
 public:
  explicit Error(ErrorCode code) noexcept : code_(code) {}
  Error(ErrorCode code, std::string message)
      : code_(code), message_(std::make_shared<const std::string>(std::move(message))) {}

  [[nodiscard]] ErrorCode code() const noexcept { return code_; }
  /// The sentence; empty when none was given.
  [[nodiscard]] std::string_view message() const noexcept {
    return message_ ? std::string_view(*message_) : std::string_view();
  }
  /// "OFFSET_OUT_OF_RANGE: offset 7 is past the log end 5 of orders-0".
  [[nodiscard]] std::string to_string() const;
  /// The same error with `context` and ": " put before its sentence. Add context once a layer.
  [[nodiscard]] Error with_context(std::string_view context) const;

 private:
  ErrorCode code_;
  std::shared_ptr<const std::string> message_;
};

}  // namespace leat::inline v0
