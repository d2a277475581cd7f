#include <vector>

#include "unit/wire/any_message.h"
#include "unit/wire/any_message_of.h"
#include "wire/messages/add_offsets_to_txn.h"
#include "wire/messages/add_partitions_to_txn.h"
#include "wire/messages/describe_producers.h"
#include "wire/messages/describe_transactions.h"
#include "wire/messages/end_txn.h"
#include "wire/messages/init_producer_id.h"
#include "wire/messages/list_transactions.h"
#include "wire/messages/txn_offset_commit.h"
#include "wire/messages/write_txn_markers.h"

namespace leat::wire::testing {

std::vector<AnyMessage> transaction_messages() {
  return any_messages<InitProducerIdRequest, InitProducerIdResponse, AddPartitionsToTxnRequest,
                      AddPartitionsToTxnResponse, AddOffsetsToTxnRequest, AddOffsetsToTxnResponse,
                      EndTxnRequest, EndTxnResponse, WriteTxnMarkersRequest,
                      WriteTxnMarkersResponse, TxnOffsetCommitRequest, TxnOffsetCommitResponse,
                      DescribeProducersRequest, DescribeProducersResponse,
                      DescribeTransactionsRequest, DescribeTransactionsResponse,
                      ListTransactionsRequest, ListTransactionsResponse>();
}

}  // namespace leat::wire::testing
