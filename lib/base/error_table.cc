#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

#include "leat/error.h"

namespace leat::inline v0 {
namespace {

using enum ErrorCode;

enum class Retry : bool { kNo, kYes };

/// One row a code: its name, whether Kafka's clients retry it (RetriableException in Java), and the
/// code that goes on the wire.
struct Row {
  ErrorCode code;
  std::string_view name;
  Retry retry = Retry::kNo;
  ErrorCode on_the_wire = code;
};

constexpr std::array kRows = {
    Row{kCancelled, "CANCELLED", Retry::kNo, kRequestTimedOut},
    Row{kBusy, "BUSY", Retry::kYes, kNotLeaderOrFollower},
    Row{kInvalidArgument, "INVALID_ARGUMENT", Retry::kNo, kInvalidRequest},
    Row{kOutOfMemory, "OUT_OF_MEMORY", Retry::kYes, kKafkaStorageError},
    Row{kTooManyOpenFiles, "TOO_MANY_OPEN_FILES", Retry::kYes, kKafkaStorageError},
    Row{kWouldBlock, "WOULD_BLOCK", Retry::kYes, kRequestTimedOut},
    Row{kTimedOut, "TIMED_OUT", Retry::kYes, kRequestTimedOut},
    Row{kAlreadyExists, "ALREADY_EXISTS", Retry::kNo, kDuplicateResource},
    Row{kNotFound, "NOT_FOUND", Retry::kNo, kResourceNotFound},
    Row{kUnsupportedFormat, "UNSUPPORTED_FORMAT", Retry::kNo, kKafkaStorageError},
    Row{kClosed, "CLOSED", Retry::kNo, kBrokerNotAvailable},
    Row{kForked, "FORKED", Retry::kNo, kUnknownServerError},
    Row{kLocked, "LOCKED", Retry::kYes, kKafkaStorageError},
    Row{kStorageReadOnly, "STORAGE_READ_ONLY", Retry::kNo, kKafkaStorageError},
    Row{kStorageFull, "STORAGE_FULL", Retry::kYes, kKafkaStorageError},
    Row{kIo, "IO", Retry::kNo, kKafkaStorageError},
    Row{kInternal, "INTERNAL", Retry::kNo, kUnknownServerError},
    Row{kUnknownServerError, "UNKNOWN_SERVER_ERROR"},
    Row{kNone, "NONE"},
    Row{kOffsetOutOfRange, "OFFSET_OUT_OF_RANGE"},
    Row{kCorruptMessage, "CORRUPT_MESSAGE", Retry::kYes},
    Row{kUnknownTopicOrPartition, "UNKNOWN_TOPIC_OR_PARTITION", Retry::kYes},
    Row{kInvalidFetchSize, "INVALID_FETCH_SIZE"},
    Row{kLeaderNotAvailable, "LEADER_NOT_AVAILABLE", Retry::kYes},
    Row{kNotLeaderOrFollower, "NOT_LEADER_OR_FOLLOWER", Retry::kYes},
    Row{kRequestTimedOut, "REQUEST_TIMED_OUT", Retry::kYes},
    Row{kBrokerNotAvailable, "BROKER_NOT_AVAILABLE"},
    Row{kReplicaNotAvailable, "REPLICA_NOT_AVAILABLE", Retry::kYes},
    Row{kMessageTooLarge, "MESSAGE_TOO_LARGE"},
    Row{kStaleControllerEpoch, "STALE_CONTROLLER_EPOCH"},
    Row{kOffsetMetadataTooLarge, "OFFSET_METADATA_TOO_LARGE"},
    Row{kNetworkException, "NETWORK_EXCEPTION", Retry::kYes},
    Row{kCoordinatorLoadInProgress, "COORDINATOR_LOAD_IN_PROGRESS", Retry::kYes},
    Row{kCoordinatorNotAvailable, "COORDINATOR_NOT_AVAILABLE", Retry::kYes},
    Row{kNotCoordinator, "NOT_COORDINATOR", Retry::kYes},
    Row{kInvalidTopicException, "INVALID_TOPIC_EXCEPTION"},
    Row{kRecordListTooLarge, "RECORD_LIST_TOO_LARGE"},
    Row{kNotEnoughReplicas, "NOT_ENOUGH_REPLICAS", Retry::kYes},
    Row{kNotEnoughReplicasAfterAppend, "NOT_ENOUGH_REPLICAS_AFTER_APPEND", Retry::kYes},
    Row{kInvalidRequiredAcks, "INVALID_REQUIRED_ACKS"},
    Row{kIllegalGeneration, "ILLEGAL_GENERATION"},
    Row{kInconsistentGroupProtocol, "INCONSISTENT_GROUP_PROTOCOL"},
    Row{kInvalidGroupId, "INVALID_GROUP_ID"},
    Row{kUnknownMemberId, "UNKNOWN_MEMBER_ID"},
    Row{kInvalidSessionTimeout, "INVALID_SESSION_TIMEOUT"},
    Row{kRebalanceInProgress, "REBALANCE_IN_PROGRESS"},
    Row{kInvalidCommitOffsetSize, "INVALID_COMMIT_OFFSET_SIZE"},
    Row{kTopicAuthorizationFailed, "TOPIC_AUTHORIZATION_FAILED"},
    Row{kGroupAuthorizationFailed, "GROUP_AUTHORIZATION_FAILED"},
    Row{kClusterAuthorizationFailed, "CLUSTER_AUTHORIZATION_FAILED"},
    Row{kInvalidTimestamp, "INVALID_TIMESTAMP"},
    Row{kUnsupportedSaslMechanism, "UNSUPPORTED_SASL_MECHANISM"},
    Row{kIllegalSaslState, "ILLEGAL_SASL_STATE"},
    Row{kUnsupportedVersion, "UNSUPPORTED_VERSION"},
    Row{kTopicAlreadyExists, "TOPIC_ALREADY_EXISTS"},
    Row{kInvalidPartitions, "INVALID_PARTITIONS"},
    Row{kInvalidReplicationFactor, "INVALID_REPLICATION_FACTOR"},
    Row{kInvalidReplicaAssignment, "INVALID_REPLICA_ASSIGNMENT"},
    Row{kInvalidConfig, "INVALID_CONFIG"},
    Row{kNotController, "NOT_CONTROLLER", Retry::kYes},
    Row{kInvalidRequest, "INVALID_REQUEST"},
    Row{kUnsupportedForMessageFormat, "UNSUPPORTED_FOR_MESSAGE_FORMAT"},
    Row{kPolicyViolation, "POLICY_VIOLATION"},
    Row{kOutOfOrderSequenceNumber, "OUT_OF_ORDER_SEQUENCE_NUMBER"},
    Row{kDuplicateSequenceNumber, "DUPLICATE_SEQUENCE_NUMBER"},
    Row{kInvalidProducerEpoch, "INVALID_PRODUCER_EPOCH"},
    Row{kInvalidTxnState, "INVALID_TXN_STATE"},
    Row{kInvalidProducerIdMapping, "INVALID_PRODUCER_ID_MAPPING"},
    Row{kInvalidTransactionTimeout, "INVALID_TRANSACTION_TIMEOUT"},
    Row{kConcurrentTransactions, "CONCURRENT_TRANSACTIONS", Retry::kYes},
    Row{kTransactionCoordinatorFenced, "TRANSACTION_COORDINATOR_FENCED"},
    Row{kTransactionalIdAuthorizationFailed, "TRANSACTIONAL_ID_AUTHORIZATION_FAILED"},
    Row{kSecurityDisabled, "SECURITY_DISABLED"},
    Row{kOperationNotAttempted, "OPERATION_NOT_ATTEMPTED"},
    Row{kKafkaStorageError, "KAFKA_STORAGE_ERROR", Retry::kYes},
    Row{kLogDirNotFound, "LOG_DIR_NOT_FOUND"},
    Row{kSaslAuthenticationFailed, "SASL_AUTHENTICATION_FAILED"},
    Row{kUnknownProducerId, "UNKNOWN_PRODUCER_ID"},
    Row{kReassignmentInProgress, "REASSIGNMENT_IN_PROGRESS"},
    Row{kDelegationTokenAuthDisabled, "DELEGATION_TOKEN_AUTH_DISABLED"},
    Row{kDelegationTokenNotFound, "DELEGATION_TOKEN_NOT_FOUND"},
    Row{kDelegationTokenOwnerMismatch, "DELEGATION_TOKEN_OWNER_MISMATCH"},
    Row{kDelegationTokenRequestNotAllowed, "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED"},
    Row{kDelegationTokenAuthorizationFailed, "DELEGATION_TOKEN_AUTHORIZATION_FAILED"},
    Row{kDelegationTokenExpired, "DELEGATION_TOKEN_EXPIRED"},
    Row{kInvalidPrincipalType, "INVALID_PRINCIPAL_TYPE"},
    Row{kNonEmptyGroup, "NON_EMPTY_GROUP"},
    Row{kGroupIdNotFound, "GROUP_ID_NOT_FOUND"},
    Row{kFetchSessionIdNotFound, "FETCH_SESSION_ID_NOT_FOUND", Retry::kYes},
    Row{kInvalidFetchSessionEpoch, "INVALID_FETCH_SESSION_EPOCH", Retry::kYes},
    Row{kListenerNotFound, "LISTENER_NOT_FOUND", Retry::kYes},
    Row{kTopicDeletionDisabled, "TOPIC_DELETION_DISABLED"},
    Row{kFencedLeaderEpoch, "FENCED_LEADER_EPOCH", Retry::kYes},
    Row{kUnknownLeaderEpoch, "UNKNOWN_LEADER_EPOCH", Retry::kYes},
    Row{kUnsupportedCompressionType, "UNSUPPORTED_COMPRESSION_TYPE"},
    Row{kStaleBrokerEpoch, "STALE_BROKER_EPOCH"},
    Row{kOffsetNotAvailable, "OFFSET_NOT_AVAILABLE", Retry::kYes},
    Row{kMemberIdRequired, "MEMBER_ID_REQUIRED"},
    Row{kPreferredLeaderNotAvailable, "PREFERRED_LEADER_NOT_AVAILABLE", Retry::kYes},
    Row{kGroupMaxSizeReached, "GROUP_MAX_SIZE_REACHED"},
    Row{kFencedInstanceId, "FENCED_INSTANCE_ID"},
    Row{kEligibleLeadersNotAvailable, "ELIGIBLE_LEADERS_NOT_AVAILABLE", Retry::kYes},
    Row{kElectionNotNeeded, "ELECTION_NOT_NEEDED"},
    Row{kNoReassignmentInProgress, "NO_REASSIGNMENT_IN_PROGRESS"},
    Row{kGroupSubscribedToTopic, "GROUP_SUBSCRIBED_TO_TOPIC"},
    Row{kInvalidRecord, "INVALID_RECORD"},
    Row{kUnstableOffsetCommit, "UNSTABLE_OFFSET_COMMIT", Retry::kYes},
    Row{kThrottlingQuotaExceeded, "THROTTLING_QUOTA_EXCEEDED", Retry::kYes},
    Row{kProducerFenced, "PRODUCER_FENCED"},
    Row{kResourceNotFound, "RESOURCE_NOT_FOUND"},
    Row{kDuplicateResource, "DUPLICATE_RESOURCE"},
    Row{kUnacceptableCredential, "UNACCEPTABLE_CREDENTIAL"},
    Row{kInconsistentVoterSet, "INCONSISTENT_VOTER_SET"},
    Row{kInvalidUpdateVersion, "INVALID_UPDATE_VERSION"},
    Row{kFeatureUpdateFailed, "FEATURE_UPDATE_FAILED"},
    Row{kPrincipalDeserializationFailure, "PRINCIPAL_DESERIALIZATION_FAILURE"},
    Row{kSnapshotNotFound, "SNAPSHOT_NOT_FOUND"},
    Row{kPositionOutOfRange, "POSITION_OUT_OF_RANGE"},
    Row{kUnknownTopicId, "UNKNOWN_TOPIC_ID", Retry::kYes},
    Row{kDuplicateBrokerRegistration, "DUPLICATE_BROKER_REGISTRATION"},
    Row{kBrokerIdNotRegistered, "BROKER_ID_NOT_REGISTERED"},
    Row{kInconsistentTopicId, "INCONSISTENT_TOPIC_ID", Retry::kYes},
    Row{kInconsistentClusterId, "INCONSISTENT_CLUSTER_ID"},
    Row{kTransactionalIdNotFound, "TRANSACTIONAL_ID_NOT_FOUND"},
    Row{kFetchSessionTopicIdError, "FETCH_SESSION_TOPIC_ID_ERROR", Retry::kYes},
    Row{kIneligibleReplica, "INELIGIBLE_REPLICA"},
    Row{kNewLeaderElected, "NEW_LEADER_ELECTED"},
    Row{kOffsetMovedToTieredStorage, "OFFSET_MOVED_TO_TIERED_STORAGE"},
    Row{kFencedMemberEpoch, "FENCED_MEMBER_EPOCH"},
    Row{kUnreleasedInstanceId, "UNRELEASED_INSTANCE_ID"},
    Row{kUnsupportedAssignor, "UNSUPPORTED_ASSIGNOR"},
    Row{kStaleMemberEpoch, "STALE_MEMBER_EPOCH"},
    Row{kMismatchedEndpointType, "MISMATCHED_ENDPOINT_TYPE"},
    Row{kUnsupportedEndpointType, "UNSUPPORTED_ENDPOINT_TYPE"},
    Row{kUnknownControllerId, "UNKNOWN_CONTROLLER_ID"},
    Row{kUnknownSubscriptionId, "UNKNOWN_SUBSCRIPTION_ID"},
    Row{kTelemetryTooLarge, "TELEMETRY_TOO_LARGE"},
    Row{kInvalidRegistration, "INVALID_REGISTRATION"},
    Row{kTransactionAbortable, "TRANSACTION_ABORTABLE"},
    Row{kInvalidRecordState, "INVALID_RECORD_STATE"},
    Row{kShareSessionNotFound, "SHARE_SESSION_NOT_FOUND", Retry::kYes},
    Row{kInvalidShareSessionEpoch, "INVALID_SHARE_SESSION_EPOCH", Retry::kYes},
    Row{kFencedStateEpoch, "FENCED_STATE_EPOCH"},
    Row{kInvalidVoterKey, "INVALID_VOTER_KEY"},
    Row{kDuplicateVoter, "DUPLICATE_VOTER"},
    Row{kVoterNotFound, "VOTER_NOT_FOUND"},
    Row{kInvalidRegularExpression, "INVALID_REGULAR_EXPRESSION"},
    Row{kRebootstrapRequired, "REBOOTSTRAP_REQUIRED"},
    Row{kStreamsInvalidTopology, "STREAMS_INVALID_TOPOLOGY"},
    Row{kStreamsInvalidTopologyEpoch, "STREAMS_INVALID_TOPOLOGY_EPOCH"},
    Row{kStreamsTopologyFenced, "STREAMS_TOPOLOGY_FENCED"},
    Row{kShareSessionLimitReached, "SHARE_SESSION_LIMIT_REACHED", Retry::kYes},
};

static_assert(std::ranges::is_sorted(kRows, std::ranges::less{}, &Row::code));

/// The row of `code`; that of kUnknownServerError for a number that nobody has given a meaning.
const Row& row(ErrorCode code) noexcept {
  const auto find = [](ErrorCode wanted) {
    return std::lower_bound(kRows.begin(), kRows.end(), wanted,
                            [](const Row& a, ErrorCode b) { return a.code < b; });
  };
  const auto* const found = find(code);
  return found != kRows.end() && found->code == code ? *found : *find(kUnknownServerError);
}

}  // namespace

std::string_view error_name(ErrorCode code) noexcept { return row(code).name; }

bool is_retriable(ErrorCode code) noexcept { return row(code).retry == Retry::kYes; }

ErrorCode to_kafka(ErrorCode code) noexcept { return row(code).on_the_wire; }

}  // namespace leat::inline v0
