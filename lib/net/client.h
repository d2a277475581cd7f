#pragma once

/// \file
/// A small blocking client over our own codec: for `--bootstrap`, tests and benchmarks. One request
/// after the other, or as many as one likes by `send` and `receive`. Not thread-safe.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"

#include "base/bytes.h"
#include "base/try.h"
#include "net/address.h"
#include "wire/codec.h"
#include "wire/messages/headers.h"
#include "wire/reader.h"
#include "wire/schema.h"
#include "wire/writer.h"

namespace leat::net {

/// A response with the bytes that it looks into.
template <class Response>
struct Answer {
  Response response;
  std::vector<std::byte> frame;
  const Response* operator->() const { return &response; }
};

/// A request as it goes over the wire: size, header, body.
template <wire::TopLevel Request>
[[nodiscard]] Result<std::vector<std::byte>> encode_request(const Request& request,
                                                            wire::ApiVersion version,
                                                            std::int32_t correlation_id,
                                                            std::string_view client_id) {
  wire::Writer writer;
  writer.integer(std::int32_t{0});
  LEAT_TRY_VOID(wire::encode_to(
      writer, wire::RequestHeader{Request::kApiKey, version, correlation_id, client_id},
      wire::request_header_version<Request>(version)));
  LEAT_TRY_VOID(wire::encode_to(writer, request, version));
  std::vector<std::byte> frame = std::move(writer).take();
  base::store_be<std::int32_t>(frame.data(),
                               static_cast<std::int32_t>(frame.size() - sizeof(std::int32_t)));
  return frame;
}

class Client {
 public:
  /// Errors: kNetworkException, told with the address; kTimedOut.
  static Result<Client> connect(const HostPort& address,
                                std::chrono::milliseconds timeout = std::chrono::seconds(10),
                                std::string client_id = "leat");
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  /// Sends a request and waits for its answer. Errors: kNetworkException (closed, or the timeout
  /// passed), kCorruptMessage, and as wire::encode_to.
  template <class Response, class Request>
  Result<Answer<Response>> call(const Request& request, wire::ApiVersion version) {
    LEAT_TRY_VOID(send(request, version));
    return receive<Response>(version);
  }
  template <class Request>
  Result<void> send(const Request& request, wire::ApiVersion version) {
    LEAT_TRY(const auto frame, encode_request(request, version, ++correlation_id_, client_id_));
    return send_bytes(frame);
  }
  /// The next answer; its correlation id is not looked at.
  template <class Response>
  Result<Answer<Response>> receive(wire::ApiVersion version) {
    LEAT_TRY(std::vector<std::byte> frame, receive_frame());
    wire::Reader reader(frame);
    LEAT_TRY_VOID(wire::decode_from<wire::ResponseHeader>(
        reader, wire::response_header_version<Response>(version)));
    LEAT_TRY(Response response, wire::decode_exactly<Response>(reader, version));
    return Answer<Response>{std::move(response), std::move(frame)};
  }

  /// Bytes as they are.
  Result<void> send_bytes(std::span<const std::byte> bytes);
  /// A frame without its size.
  Result<std::vector<std::byte>> receive_frame();
  /// Says that nothing more is sent.
  void shut_down();

 private:
  struct Socket;
  Client(std::unique_ptr<Socket> socket, std::string client_id);
  std::unique_ptr<Socket> socket_;
  std::string client_id_;
  std::int32_t correlation_id_ = 0;
};

}  // namespace leat::net
