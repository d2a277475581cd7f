#include "kafka/scram.h"

#include <cstddef>
#include <cstdint>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/types.h>
#include <span>
#include <string_view>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"

#include "base/bytes.h"
#include "base/try.h"
#include "service/admin_service.h"

namespace leat::kafka {
namespace {

using Bytes = std::vector<std::byte>;

Error failed() { return {ErrorCode::kInternal, "OpenSSL could not compute a SCRAM key"}; }

unsigned char* chars(Bytes& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }
const unsigned char* chars(std::span<const std::byte> bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Result<Bytes> hmac(const EVP_MD* hash, std::span<const std::byte> key, std::string_view text) {
  Bytes mac(EVP_MAX_MD_SIZE);
  unsigned int size = 0;
  if (HMAC(hash, key.data(), static_cast<int>(key.size()), chars(base::as_bytes(text)), text.size(),
           chars(mac), &size) == nullptr) {
    return failed();
  }
  mac.resize(size);
  return mac;
}

Result<Bytes> digest(const EVP_MD* hash, const Bytes& text) {
  Bytes sum(EVP_MAX_MD_SIZE);
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), chars(sum), &size, hash, nullptr) != 1) return failed();
  sum.resize(size);
  return sum;
}

}  // namespace

Result<service::ScramCredential> scram_credential(service::ScramMechanism mechanism,
                                                  std::span<const std::byte> salt,
                                                  std::span<const std::byte> salted_password,
                                                  std::int32_t iterations) {
  const EVP_MD* const hash =
      mechanism == service::ScramMechanism::kSha256 ? EVP_sha256() : EVP_sha512();
  LEAT_TRY(const Bytes client_key, hmac(hash, salted_password, "Client Key"));
  service::ScramCredential credential{.salt = {salt.begin(), salt.end()}, .iterations = iterations};
  LEAT_TRY(credential.stored_key, digest(hash, client_key));
  LEAT_TRY(credential.server_key, hmac(hash, salted_password, "Server Key"));
  return credential;
}

}  // namespace leat::kafka
