// hiredis: one command, a pipeline, binary data and errors.
#include <gtest/gtest.h>
#include <hiredis/hiredis.h>
#include <sys/time.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace stepkv::testing {
namespace {

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, FreeReply>;

std::string_view Text(const Reply& reply) { return {reply->str, reply->len}; }

class Hiredis : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* port = std::getenv("STEPKV_PORT");
    ASSERT_NE(port, nullptr) << "run me through with_server.py";
    context_.reset(
        redisConnectWithTimeout("127.0.0.1", std::atoi(port), timeval{60, 0}));
    ASSERT_NE(context_, nullptr);
    ASSERT_EQ(context_->err, 0) << context_->errstr;
    redisSetTimeout(context_.get(), timeval{60, 0});
    ASSERT_EQ(Text(Ask("FLUSHALL")), "OK");
  }

  template <typename... Arguments>
  Reply Ask(const char* format, Arguments... arguments) {
    Reply reply(static_cast<redisReply*>(
        redisCommand(context_.get(), format, arguments...)));
    if (!reply) throw std::runtime_error(context_->errstr);
    return reply;
  }

  Reply NextReply() {
    void* reply = nullptr;
    if (redisGetReply(context_.get(), &reply) != REDIS_OK)
      throw std::runtime_error(context_->errstr);
    return Reply(static_cast<redisReply*>(reply));
  }

  redisContext* context() { return context_.get(); }

 private:
  struct FreeContext {
    void operator()(redisContext* context) const { redisFree(context); }
  };
  std::unique_ptr<redisContext, FreeContext> context_;
};

TEST_F(Hiredis, RepliesHaveTheirTypes) {
  EXPECT_EQ(Ask("SET k %s", "v")->type, REDIS_REPLY_STATUS);
  EXPECT_EQ(Text(Ask("GET k")), "v");
  EXPECT_EQ(Ask("GET missing")->type, REDIS_REPLY_NIL);
  EXPECT_EQ(Ask("INCRBY n 42")->integer, 42);
  Reply list = Ask("MGET k missing n");
  ASSERT_EQ(list->type, REDIS_REPLY_ARRAY);
  ASSERT_EQ(list->elements, 3u);
  EXPECT_EQ(list->element[1]->type, REDIS_REPLY_NIL);
  EXPECT_EQ(std::string(list->element[2]->str), "42");
}

TEST_F(Hiredis, BinaryValueComesBack) {
  std::string value = "a\r\n";
  for (int byte = 0; byte < 256; ++byte) value += static_cast<char>(byte);
  Ask("SET blob %b", value.data(), value.size());
  EXPECT_EQ(Text(Ask("GET blob")), value);
}

TEST_F(Hiredis, ErrorIsAReplyAndTheConnectionLives) {
  Reply error = Ask("SET k");
  ASSERT_EQ(error->type, REDIS_REPLY_ERROR);
  EXPECT_EQ(Text(error).substr(0, 33), "ERR wrong number of arguments for");
  EXPECT_EQ(Text(Ask("PING")), "PONG");
}

TEST_F(Hiredis, PipelineIsAnsweredInOrder) {
  constexpr int kRequests = 1000;
  for (int i = 0; i < kRequests; ++i) redisAppendCommand(context(), "INCR n");
  for (int i = 1; i <= kRequests; ++i) ASSERT_EQ(NextReply()->integer, i);
}

}  // namespace
}  // namespace stepkv::testing
