#include "crash/failing_device.h"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <linux/loop.h>
#include <poll.h>
#include <sched.h>
#include <stdexcept>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>
#include <utility>

namespace leat::crash {
namespace {

constexpr auto kPatience = std::chrono::seconds(20);
constexpr std::uintmax_t kImageBytes = 320U << 20;  // xfs wants 300 MiB

// mkfs is in no user's path.
const std::string kPath =
    "PATH=$PATH:/usr/sbin:/sbin; export PATH; ";  // NOLINT: no exception that matters

bool runs(const std::string& command) {
  return std::system((kPath + command).c_str()) == 0;  // NOLINT: one thread
}

[[noreturn]] void refuse(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));  // NOLINT: one thread
}

/// Asks again and again, for a while.
template <class Condition>
bool becomes(Condition is_so) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > until) return false;
    (void)::poll(nullptr, 0, 2);
  }
  return true;
}

class Descriptor {
 public:
  explicit Descriptor(const std::string& path) : fd_(::open(path.c_str(), O_RDWR | O_CLOEXEC)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

bool has_file_system(const std::string& name) {
  std::ifstream known("/proc/filesystems");
  for (std::string line; std::getline(known, line);) {
    if (line.ends_with("\t" + name)) return true;
  }
  return runs("modprobe -q " + name + " 2>/dev/null");
}

/// Mounts made from here on are this process's and its children's.
bool has_mounts_of_its_own() {
  static const bool has = ::unshare(CLONE_NEWNS) == 0 &&
                          ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  return has;
}

}  // namespace

std::string FailingDevice::missing() {
  std::string missing;
  const auto need = [&](bool is_there, const std::string& what) {
    if (!is_there) missing += (missing.empty() ? "" : ", ") + what;
  };
  need(::geteuid() == 0, "root");
  for (const char* const device : {"/dev/fuse", "/dev/loop-control"}) {
    need(Descriptor(device).get() >= 0, device);
  }
  for (const std::string program :
       {"nbdkit", "nbdfuse", "setpriv", "mkfs.ext4", "e2fsck", "mkfs.xfs", "xfs_repair"}) {
    need(runs("command -v " + program + " >/dev/null"), program);
  }
  for (const std::string name : {"ext4", "xfs"}) need(has_file_system(name), name);
  if (missing.empty()) need(has_mounts_of_its_own(), "the right to mount");
  return missing;
}

std::string FailingDevice::rehearse() noexcept {
  try {
    for (const char* const file_system : {"ext4", "xfs"}) {
      FailingDevice device(file_system, {});
      device.mount();
      device.unmount();
    }
    return {};
  } catch (const std::exception& error) {
    return error.what();
  }
}

FailingDevice::FailingDevice(std::string file_system, Faults faults)
    : file_system_(std::move(file_system)), faults_(std::move(faults)) {
  std::filesystem::create_directory(place_ / "served");
  std::filesystem::create_directory(place_ / "mounted");
  std::ofstream(image_).flush();
  std::filesystem::resize_file(image_, kImageBytes);
  const std::string options = file_system_ == "ext4" ? " -q -F " : " -q -f ";
  if (!runs("mkfs." + file_system_ + options + image_)) {
    throw std::runtime_error("mkfs." + file_system_ + " failed");
  }
}

FailingDevice::~FailingDevice() {
  heal();
  if (!loop_.empty()) (void)::umount2((place_ / "mounted").c_str(), MNT_DETACH);
  stop_serving();
}

void FailingDevice::mount() {
  serve();
  mount_loop(place_ / "served/disk");
}

void FailingDevice::mount_healed() { mount_loop(image_); }

void FailingDevice::serve() {
  const std::string rate = "-rate=" + std::to_string(faults_.percent) + "% ";
  std::string command = "exec setpriv --pdeathsig KILL nbdfuse " + (place_ / "served/disk") + " [ ";
  if (faults_.flushes) {
    command += "env LD_PRELOAD=" LEAT_FAILING_FLUSH " LEAT_FLUSH_TRIGGER=" + trigger() + " ";
  }
  command += "nbdkit --exit-with-parent --filter=error file " + image_ + " ";
  command += "error=" + faults_.error + " error-file=" + trigger() + " ";
  if (faults_.writes) command += "error-pwrite" + rate + "error-zero" + rate + "error-trim" + rate;
  if (faults_.reads) command += "error-pread" + rate;
  command += "] 2>" + (place_ / "server.log");
  server_ =
      std::make_unique<support::Child>(std::vector<std::string>{"/bin/sh", "-c", kPath + command});
  const bool is_there = becomes([&] {
    std::error_code none;
    return std::filesystem::file_size(place_ / "served/disk", none) == kImageBytes;
  });
  if (!is_there) throw std::runtime_error("nbdfuse serves no file");
}

void FailingDevice::mount_loop(const std::string& backing) {
  const Descriptor file(backing);
  if (file.get() < 0) refuse("open of " + backing);
  const Descriptor control("/dev/loop-control");
  loop_config config{};
  config.fd = static_cast<__u32>(file.get());
  config.info.lo_flags = LO_FLAGS_AUTOCLEAR;  // gone once unmounted
  // Others look for a free one as well.
  const bool is_mounted = becomes([&] {
    const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) refuse("no free loop device");
    const std::string name = "/dev/loop" + std::to_string(number);
    const Descriptor loop(name);
    if (loop.get() < 0) refuse("open of " + name);
    if (::ioctl(loop.get(), LOOP_CONFIGURE, &config) != 0) {
      if (errno == EBUSY) return false;
      refuse("a loop device over " + backing);
    }
    if (::mount(name.c_str(), (place_ / "mounted").c_str(), file_system_.c_str(), 0, nullptr) !=
        0) {
      refuse("mount of " + file_system_ + " on " + name);
    }
    loop_ = name;
    return true;
  });
  if (!is_mounted) throw std::runtime_error("no loop device for " + backing);
}

void FailingDevice::unmount() {
  if (!becomes([&] { return ::umount((place_ / "mounted").c_str()) == 0 || errno != EBUSY; })) {
    refuse("umount of " + loop_);
  }
  const std::string backing = "/sys/block/" + loop_.substr(5) + "/loop/backing_file";
  const bool is_free = becomes([&] {
    std::ifstream named(backing);
    std::string line;
    return !std::getline(named, line) || !line.starts_with(place_.path());
  });
  loop_.clear();
  stop_serving();
  if (!is_free) throw std::runtime_error("the loop device stays: " + backing);
}

void FailingDevice::stop_serving() noexcept {
  if (!server_) return;
  server_.reset();  // kill -9
  (void)::umount2((place_ / "served").c_str(), MNT_DETACH);
}

void FailingDevice::check() {
  if (file_system_ == "ext4") {
    if (!runs("e2fsck -fp " + image_ + " >" + (place_ / "fsck.log") + "; [ $? -le 1 ]")) {
      throw std::runtime_error("e2fsck cannot mend it");
    }
    return;
  }
  mount_healed();  // xfs mends itself when mounted
  unmount();
  if (!runs("xfs_repair -n " + image_ + " >" + (place_ / "fsck.log") + " 2>&1")) {
    throw std::runtime_error("xfs_repair finds damage");
  }
}

void FailingDevice::fail() const { std::ofstream(trigger()).flush(); }
void FailingDevice::heal() const {
  std::error_code ignored;
  std::filesystem::remove(trigger(), ignored);
}

}  // namespace leat::crash
