// Damaged containers: every fault gets its code and a message that says where.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "divisi/model.h"
#include "nn/run.h"

namespace divisi::nn::test {
namespace {

// A small real model: F16 and F32 tensors, an odd header length, so that data is unaligned.
ModelBuilder smallModel() {
  Random random(2);
  ModelBuilder model;
  return model.input("x", {4, 4, 2})
      .tensor("half", {3, 1, 1, 2}, random.floats(6), StoredAs::kF16)
      .tensor("bias", {3}, random.floats(3))
      .node("conv2d", {"x"}, "y", {}, {{"kernel", "half"}, {"bias", "bias"}})
      .output("y", "y");
}

void expectFault(const std::vector<std::byte>& bytes, StatusCode code,
                 const std::vector<std::string>& fragments) {
  const auto model = Model::open(bytes);
  ASSERT_FALSE(model.ok()) << "the damaged file was accepted";
  EXPECT_EQ(codeName(model.status().code()), std::string(codeName(code)))
      << model.status().message();
  for (const std::string& fragment : fragments) {
    EXPECT_NE(model.status().message().find(fragment), std::string::npos)
        << "message '" << model.status().message() << "' does not name '" << fragment << "'";
  }
}

// The small model with its header changed by `damage`.
std::vector<std::byte> withHeader(const std::function<void(json&)>& damage) {
  auto [header, data] = smallModel().parts();
  damage(header);
  return ModelBuilder::file(header.dump(), data);
}

TEST(NnSafetensors, OpensWhatIsWhole) {
  const auto bytes = smallModel().bytes();
  const auto model = Model::open(bytes);
  ASSERT_TRUE(model.ok()) << model.status().message();
  EXPECT_EQ(json::parse(model.value().taskJson()), smallModel().task);
  EXPECT_EQ(json::parse(model.value().cardJson()), smallModel().card);
}

TEST(NnSafetensors, ReadsUnalignedTensorsAtEveryOffset) {
  // Spaces behind the header's JSON are legal and shift the data.
  const auto [header, data] = smallModel().parts();
  const auto plain = Runner::compile(smallModel().bytes());
  ASSERT_TRUE(plain.ok());
  for (size_t shift = 0; shift < 8; ++shift) {
    const auto bytes = ModelBuilder::file(header.dump() + std::string(shift, ' '), data);
    auto runner = Runner::compile(bytes);
    ASSERT_TRUE(runner.ok()) << runner.status().message();
    for (float& value : runner.value().inputs[0].span()) value = 1;
    ASSERT_TRUE(runner.value().run().ok());
    // F16 weights are exact here: the test rounds them as the file does.
    const float* y = runner.value().outputs[0].data();
    EXPECT_TRUE(std::isfinite(y[0]));
    if (shift == 0) continue;
    auto first = Runner::compile(ModelBuilder::file(header.dump(), data));
    for (float& value : first.value().inputs[0].span()) value = 1;
    ASSERT_TRUE(first.value().run().ok());
    for (size_t i = 0; i < first.value().outputs[0].size(); ++i) {
      ASSERT_EQ(y[i], first.value().outputs[0].data()[i]);
    }
  }
}

TEST(NnSafetensors, HalfPrecisionWeightsAreExpandedExactly) {
  // 1x1 convolution of ones by one weight each: the outputs are the weights.
  const std::vector<float> exact = {0.0F,       1.0F,       -2.0F,        65504.0F,
                                    6.1035e-5F, 5.9605e-8F, 0.333251953F, -0.0F};
  const auto count = static_cast<int64_t>(exact.size());
  ModelBuilder model;
  model.input("x", {1, 1, 1})
      .tensor("k", {count, 1, 1, 1}, exact, StoredAs::kF16)
      .tensor("b", {count}, std::vector<float>(exact.size(), 0))
      .node("conv2d", {"x"}, "y", {}, {{"kernel", "k"}, {"bias", "b"}})
      .output("y", "y");
  auto runner = Runner::compile(model.bytes());
  ASSERT_TRUE(runner.ok()) << runner.status().message();
  runner.value().inputs[0].data()[0] = 1;
  ASSERT_TRUE(runner.value().run().ok());
  for (size_t i = 0; i < exact.size(); ++i) {
    // 1e-4: the constants above are written with five digits.
    EXPECT_NEAR(runner.value().outputs[0].data()[i], exact[i], std::abs(exact[i]) * 1e-4);
  }
}

TEST(NnSafetensors, CutAtEveryByte) {
  const auto whole = smallModel().bytes();
  for (size_t size = 0; size < whole.size(); ++size) {
    // A copy of just that size, so that AddressSanitizer sees any read past the cut.
    const std::vector<std::byte> cut(whole.begin(),
                                     whole.begin() + static_cast<std::ptrdiff_t>(size));
    const auto model = Model::open(cut);
    ASSERT_FALSE(model.ok()) << "accepted when cut to " << size << " of " << whole.size();
    ASSERT_EQ(model.status().code(), StatusCode::kBadModel) << model.status().message();
  }
}

TEST(NnSafetensors, AnyByteChangedIsRefusedOrHarmless) {
  const auto whole = smallModel().bytes();
  for (size_t at = 0; at < whole.size(); ++at) {
    for (const unsigned flip : {0x01U, 0x10U, 0x80U, 0xFFU}) {
      auto bytes = whole;
      bytes[at] ^= static_cast<std::byte>(flip);
      // What is accepted must also compile or be refused there; neither may crash.
      const auto runner = Runner::compile(bytes);
      if (!runner.ok()) {
        EXPECT_FALSE(runner.status().message().empty());
        EXPECT_NE(runner.status().code(), StatusCode::kInternal) << runner.status().message();
      }
    }
  }
}

TEST(NnSafetensors, NotAContainer) {
  expectFault({}, StatusCode::kBadModel, {"0 bytes"});
  expectFault(std::vector<std::byte>(7), StatusCode::kBadModel, {"7 bytes"});
  // An HTML error page where a model was expected.
  std::vector<std::byte> page;
  for (const char c : std::string("<!DOCTYPE html><html><body>404</body></html>")) {
    page.push_back(static_cast<std::byte>(c));
  }
  expectFault(page, StatusCode::kBadModel, {"not a safetensors file"});
}

TEST(NnSafetensors, HeaderLength) {
  auto bytes = smallModel().bytes();
  const auto setLength = [&bytes](uint64_t length) {
    std::memcpy(bytes.data(), &length, sizeof(length));
    return bytes;
  };
  expectFault(setLength(bytes.size() - 7), StatusCode::kBadModel, {"cut short"});
  expectFault(setLength(100'000'000), StatusCode::kBadModel, {"100000000", "limit"});
  expectFault(setLength(UINT64_MAX), StatusCode::kBadModel, {"18446744073709551615"});
  expectFault(setLength(UINT64_MAX - 7), StatusCode::kBadModel, {"limit"});
  expectFault(setLength(0), StatusCode::kBadModel, {"header", "JSON"});
}

TEST(NnSafetensors, HeaderText) {
  const auto bad = [](const std::string& header, const std::vector<std::string>& fragments) {
    SCOPED_TRACE(header.substr(0, 60));
    expectFault(ModelBuilder::file(header, {}), StatusCode::kBadModel, fragments);
  };
  bad("", {"header", "JSON"});
  bad("[]", {"header", "object"});
  bad("{", {"header", "JSON"});
  bad("{}x", {"header", "JSON"});
  bad("{\"a\":1e999}", {"header"});
  bad("{\"\xff\":{}}", {"header", "UTF-8"});
  bad("{\"a\":{},\"a\":{}}", {"header", "'a'", "twice"});
  bad("{\"a\":{\"b\":1,\"b\":2}}", {"header", "'b'", "twice"});
  bad("{\"a\":" + std::string(100000, '[') + std::string(100000, ']') + "}", {"header", "deeper"});
  bad("{\"a\":" + std::string(1000000, '{'), {"header", "deeper"});
  bad("{}", {"divisi.task"});
}

TEST(NnSafetensors, Metadata) {
  const auto bad = [](const std::function<void(json&)>& damage, StatusCode code,
                      const std::vector<std::string>& fragments) {
    expectFault(withHeader(damage), code, fragments);
  };
  const auto entry = [](const char* name, const json& value) {
    return [=](json& header) { header["__metadata__"][name] = value; };
  };
  bad([](json& h) { h.erase("__metadata__"); }, StatusCode::kBadModel, {"divisi.task"});
  bad([](json& h) { h["__metadata__"] = 3; }, StatusCode::kBadModel, {"__metadata__"});
  bad(entry("divisi.task", 3), StatusCode::kBadModel, {"divisi.task", "3"});
  bad([](json& h) { h["__metadata__"].erase("divisi.graph"); }, StatusCode::kBadModel,
      {"divisi.graph"});
  bad([](json& h) { h["__metadata__"].erase("divisi.card"); }, StatusCode::kBadModel,
      {"divisi.card"});
  for (const char* name : {"divisi.task", "divisi.graph", "divisi.card"}) {
    bad(entry(name, "nonsense"), StatusCode::kBadModel, {name, "JSON"});
    bad(entry(name, "[1]"), StatusCode::kBadModel, {name, "object"});
    bad(entry(name, "{}"), StatusCode::kBadModel, {name, "version"});
    bad(entry(name, R"({"version":0})"), StatusCode::kBadModel, {name, "version", "0"});
    bad(entry(name, R"({"version":"1"})"), StatusCode::kBadModel, {name, "version", "'1'"});
    bad(entry(name, R"({"version":1.5})"), StatusCode::kBadModel, {name, "version", "1.5"});
    bad(entry(name, R"({"version":2})"), StatusCode::kUnsupported, {name, "2", "newer"});
  }
}

TEST(NnSafetensors, TensorEntries) {
  const auto bad = [](const char* key, const json& value, const std::vector<std::string>& fragments,
                      StatusCode code = StatusCode::kBadModel) {
    SCOPED_TRACE(value.dump());
    std::vector<std::string> all = fragments;
    all.emplace_back("tensor 'half'");
    expectFault(withHeader([&](json& h) { h["half"][key] = value; }), code, all);
  };
  bad("dtype", "F64", {"F64"}, StatusCode::kUnsupported);
  bad("dtype", "U8", {"U8"}, StatusCode::kUnsupported);
  bad("dtype", "I8", {"span 12 bytes", "needs 6"});
  bad("dtype", "F17", {"F17"});
  bad("dtype", 16, {"dtype", "16"});
  bad("dtype", "F32", {"span 12 bytes", "needs 24"});
  bad("shape", "big", {"shape", "'big'"});
  bad("shape", {-3, 1, 1, 2}, {"shape", "-3"});
  bad("shape", {0, 1, 1, 2}, {"shape", "0"});
  bad("shape", {3, 1, 1, 2.5}, {"shape", "2.5"});
  bad("shape", {3, 1, 1, 3}, {"span 12 bytes", "needs 18"});
  bad("shape", {1 << 20, 1 << 20, 1 << 20, 1 << 20}, {"elements"});
  bad("shape", {int64_t{1} << 32, int64_t{1} << 32, 1, 1}, {"4294967296"});
  bad("shape", {UINT64_MAX, 1}, {"18446744073709551615"});
  bad("data_offsets", {0}, {"data_offsets"});
  bad("data_offsets", {0, 12, 24}, {"data_offsets"});
  bad("data_offsets", {12, 0}, {"backwards"});
  bad("data_offsets", {-12, 0}, {"-12"});
  bad("data_offsets", {0, 1000}, {"[0, 1000]", "past the end", "24"});
  bad("data_offsets", {uint64_t{1} << 63U, (uint64_t{1} << 63U) + 12}, {"9223372036854775808"});
  bad("data_offsets", {0, 11}, {"span 11 bytes", "needs 12"});
  bad("data_offsets", nullptr, {"data_offsets", "null"});
  expectFault(withHeader([](json& h) { h["half"] = 3; }), StatusCode::kBadModel,
              {"tensor 'half'", "object"});
  for (const char* key : {"dtype", "shape", "data_offsets"}) {
    expectFault(withHeader([&](json& h) { h["half"].erase(key); }), StatusCode::kBadModel,
                {"tensor 'half'", key, "missing"});
  }
}

TEST(NnSafetensors, OverlapsGapsAndLeftovers) {
  expectFault(withHeader([](json& h) { h["bias"]["data_offsets"] = {8, 20}; }),
              StatusCode::kBadModel, {"overlaps", "'bias'", "'half'"});
  auto [header, data] = smallModel().parts();
  data.insert(data.begin(), 4, std::byte{0});
  auto shifted = header;
  for (const char* name : {"half", "bias"}) {
    for (json& offset : shifted[name]["data_offsets"]) offset = offset.get<int64_t>() + 4;
  }
  expectFault(ModelBuilder::file(shifted.dump(), data), StatusCode::kBadModel,
              {"gap of 4 bytes", "the header", "'half'"});
  data.erase(data.begin(), data.begin() + 4);
  data.resize(data.size() + 5);
  expectFault(ModelBuilder::file(header.dump(), data), StatusCode::kBadModel,
              {"5 bytes behind the last tensor"});
}

TEST(NnSafetensors, WeightsThatAreNotNumbers) {
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
        -std::numeric_limits<float>::infinity()}) {
    ModelBuilder model = smallModel();
    model.tensors[1].values[2] = value;
    const auto bytes = model.bytes();
    const auto runner = Runner::compile(bytes);
    ASSERT_FALSE(runner.ok());
    EXPECT_EQ(runner.status().code(), StatusCode::kBadModel);
    EXPECT_NE(runner.status().message().find("tensor 'bias': element 2"), std::string::npos)
        << runner.status().message();
  }
  // The same in half precision: 0x7C00 is infinity.
  auto [header, data] = smallModel().parts();
  const auto begin = header["half"]["data_offsets"][0].get<size_t>();
  data[begin + 2] = std::byte{0x00};
  data[begin + 3] = std::byte{0x7C};
  const auto runner = Runner::compile(ModelBuilder::file(header.dump(), data));
  ASSERT_FALSE(runner.ok());
  EXPECT_NE(runner.status().message().find("tensor 'half': element 1"), std::string::npos)
      << runner.status().message();
}

TEST(NnSafetensors, LongNamesAreCutInMessages) {
  std::string name;
  for (int i = 0; i < 10000; ++i) name += "\xC3\xA9";  // é
  const auto bytes = withHeader([&](json& h) { h[name] = 3; });
  const auto model = Model::open(bytes);
  ASSERT_FALSE(model.ok());
  EXPECT_LT(model.status().message().size(), 300U);
  // Still UTF-8: the message ends up in a JavaScript string.
  EXPECT_FALSE(json::parse("\"" + model.status().message() + "\"", nullptr, false).is_discarded());
}

}  // namespace
}  // namespace divisi::nn::test
