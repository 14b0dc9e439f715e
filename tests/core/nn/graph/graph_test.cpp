// Faulty graphs: each is refused when the file is opened, by a message that names the node.
#include <gtest/gtest.h>

#include "divisi/model.h"
#include "nn/run.h"

namespace divisi::nn::test {
namespace {

void expectFault(const ModelBuilder& model, StatusCode code,
                 const std::vector<std::string>& fragments) {
  const auto bytes = model.bytes();
  const auto opened = Model::open(bytes);
  ASSERT_FALSE(opened.ok()) << "accepted: " << model.graph.dump();
  EXPECT_EQ(codeName(opened.status().code()), std::string(codeName(code)))
      << opened.status().message();
  for (const std::string& fragment : fragments) {
    EXPECT_NE(opened.status().message().find(fragment), std::string::npos)
        << "message '" << opened.status().message() << "' does not name '" << fragment << "'";
  }
}

ModelBuilder convolution(const json& attributes = {}) {
  ModelBuilder model;
  return model.input("x", {6, 8, 2})
      .tensor("k", {3, 2, 2, 2}, std::vector<float>(24, 0.5F))
      .tensor("b", {3}, std::vector<float>(3, 0))
      .node("conv2d", {"x"}, "y", attributes, {{"kernel", "k"}, {"bias", "b"}})
      .output("y", "y");
}

ModelBuilder one(const std::string& op, const std::vector<int64_t>& shape, const json& attributes) {
  ModelBuilder model;
  return model.input("x", shape).node(op, {"x"}, "y", attributes).output("y", "y");
}

constexpr auto kBad = StatusCode::kBadModel;
constexpr auto kNew = StatusCode::kUnsupported;

TEST(NnGraph, UnknownOperator) { expectFault(one("fft", {3}, {}), kNew, {"node 0", "'fft'"}); }

TEST(NnGraph, UnknownKeysWouldChangeTheMeaning) {
  expectFault(convolution({{"outputPadding", 2}}), kNew, {"node 0 (conv2d", "'outputPadding'"});
  ModelBuilder model = convolution();
  model.graph["nodes"][0]["weights"]["scale"] = "b";
  expectFault(model, kNew, {"node 0 (conv2d", "'scale'"});
  model = convolution();
  model.graph["nodes"][0]["when"] = "never";
  expectFault(model, kNew, {"node 0 (conv2d", "'when'"});
}

TEST(NnGraph, ReferencesAndNames) {
  ModelBuilder model = convolution();
  model.graph["nodes"][0]["inputs"][0] = "nowhere";
  expectFault(model, kBad, {"node 0 (conv2d, output 'y')", "'nowhere'"});

  model = convolution();
  model.graph["outputs"][0]["value"] = "nowhere";
  expectFault(model, kBad, {"output 0", "'nowhere'"});

  model = convolution();
  model.graph["nodes"][0]["weights"]["kernel"] = "nowhere";
  expectFault(model, kBad, {"node 0 (conv2d, output 'y')", "'nowhere'"});

  model = convolution();
  model.node("relu", {"x"}, "y");
  expectFault(model, kBad, {"node 1 (relu)", "'y'", "already written"});

  model = convolution();
  model.node("relu", {"y"}, "x");
  expectFault(model, kBad, {"node 1 (relu)", "'x'", "already written"});

  model = convolution();
  model.input("x", {3});
  expectFault(model, kBad, {"input 1", "'x'", "already written"});

  model = convolution();
  model.output("y", "x");
  expectFault(model, kBad, {"output 1", "'y'", "twice"});
}

TEST(NnGraph, Cycles) {
  ModelBuilder itself;
  itself.input("x", {3}).node("relu", {"a"}, "a").output("y", "a");
  expectFault(itself, kBad, {"cycle", "'a'"});

  ModelBuilder three;
  three.input("x", {3})
      .node("relu", {"x"}, "front")
      .node("add", {"front", "c"}, "a")
      .node("relu", {"a"}, "b")
      .node("relu", {"b"}, "c")
      .node("relu", {"c"}, "behind")
      .output("y", "behind");
  expectFault(three, kBad, {"cycle"});
  // The message names a value that is on the cycle, not one behind it.
  const auto bytes = three.bytes();
  const std::string message = Model::open(bytes).status().message();
  EXPECT_EQ(message.find("'behind'"), std::string::npos) << message;
  EXPECT_EQ(message.find("'front'"), std::string::npos) << message;
}

TEST(NnGraph, AnyOrderOfNodesIsFine) {
  ModelBuilder forward;
  forward.input("x", {2, 3, 4})
      .node("relu", {"x"}, "a")
      .node("sigmoid", {"a"}, "b")
      .node("add", {"a", "b"}, "y")
      .output("y", "y");
  ModelBuilder backward = forward;
  auto& nodes = backward.graph["nodes"];
  std::reverse(nodes.begin(), nodes.end());
  auto first = Runner::compile(forward.bytes());
  auto second = Runner::compile(backward.bytes());
  ASSERT_TRUE(first.ok());
  ASSERT_TRUE(second.ok()) << second.status().message();
  for (size_t i = 0; i < 24; ++i) {
    first.value().inputs[0].data()[i] = second.value().inputs[0].data()[i] =
        static_cast<float>(i) - 12;
  }
  ASSERT_TRUE(first.value().run().ok());
  ASSERT_TRUE(second.value().run().ok());
  for (size_t i = 0; i < 24; ++i) {
    EXPECT_EQ(first.value().outputs[0].data()[i], second.value().outputs[0].data()[i]);
  }
}

TEST(NnGraph, WrongTypesEverywhere) {
  // Each member of the graph replaced by each kind of JSON value: never accepted, never a crash.
  const std::vector<json> wrong = {
      nullptr, true, 3, -1.5, "text", json::array(), json::object(), json::array({nullptr})};
  const auto attempt = [&](const auto& place) {
    for (const json& value : wrong) {
      ModelBuilder model = convolution({{"stride", {1, 1}}, {"activation", "relu"}});
      json& target = place(model.graph);
      if (target.type() == value.type()) continue;
      target = value;
      SCOPED_TRACE(model.graph.dump());
      const auto bytes = model.bytes();
      const auto opened = Model::open(bytes);
      ASSERT_FALSE(opened.ok());
      EXPECT_NE(opened.status().code(), StatusCode::kInternal);
      const std::string& message = opened.status().message();
      EXPECT_TRUE(message.starts_with("divisi.graph: ") || message.starts_with("node 0"))
          << message;
    }
  };
  attempt([](json& g) -> json& { return g["inputs"]; });
  attempt([](json& g) -> json& { return g["outputs"]; });
  attempt([](json& g) -> json& { return g["nodes"]; });
  attempt([](json& g) -> json& { return g["inputs"][0]; });
  attempt([](json& g) -> json& { return g["inputs"][0]["name"]; });
  attempt([](json& g) -> json& { return g["inputs"][0]["shape"]; });
  attempt([](json& g) -> json& { return g["inputs"][0]["shape"][1]; });
  attempt([](json& g) -> json& { return g["outputs"][0]; });
  attempt([](json& g) -> json& { return g["outputs"][0]["name"]; });
  attempt([](json& g) -> json& { return g["outputs"][0]["value"]; });
  attempt([](json& g) -> json& { return g["nodes"][0]; });
  attempt([](json& g) -> json& { return g["nodes"][0]["op"]; });
  attempt([](json& g) -> json& { return g["nodes"][0]["inputs"]; });
  attempt([](json& g) -> json& { return g["nodes"][0]["inputs"][0]; });
  attempt([](json& g) -> json& { return g["nodes"][0]["output"]; });
  attempt([](json& g) -> json& { return g["nodes"][0]["weights"]; });
  attempt([](json& g) -> json& { return g["nodes"][0]["weights"]["bias"]; });
  attempt([](json& g) -> json& { return g["nodes"][0]["attributes"]; });
  attempt([](json& g) -> json& { return g["nodes"][0]["attributes"]["stride"]; });
  attempt([](json& g) -> json& { return g["nodes"][0]["attributes"]["stride"][0]; });
  attempt([](json& g) -> json& { return g["nodes"][0]["attributes"]["activation"]; });
}

TEST(NnGraph, InputShapes) {
  for (const json& shape : {json{0, 8, 2}, json{-6, 8, 2}, json{1.5}, json::array(),
                            json{1, 1, 1, 1, 1, 1, 1}, json{1 << 20, 1 << 20}}) {
    ModelBuilder model = convolution();
    model.graph["inputs"][0]["shape"] = shape;
    SCOPED_TRACE(shape.dump());
    expectFault(model, kBad, {"input 0", "shape"});
  }
}

TEST(NnGraph, Convolutions) {
  expectFault(convolution({{"stride", {0, 1}}}), kBad, {"node 0 (conv2d", "'stride'", "0"});
  expectFault(convolution({{"stride", {1}}}), kBad, {"'stride'"});
  expectFault(convolution({{"stride", {1, 1 << 30}}}), kBad, {"'stride'", "1073741824"});
  expectFault(convolution({{"dilation", {-1, 1}}}), kBad, {"'dilation'", "-1"});
  expectFault(convolution({{"padding", {0, 0, -1, 0}}}), kBad, {"'padding'", "-1"});
  expectFault(convolution({{"padding", {0, 0, 0}}}), kBad, {"'padding'"});
  expectFault(convolution({{"activation", "gelu"}}), kNew, {"'gelu'"});
  // The dilated window is larger than the image.
  expectFault(convolution({{"dilation", {6, 1}}}), kBad, {"[0, 7, 3]"});
  expectFault(convolution({{"padding", {65536, 65536, 65536, 65536}}}), kBad, {"elements"});

  ModelBuilder flat = convolution();
  flat.graph["inputs"][0]["shape"] = {6, 16};
  expectFault(flat, kBad, {"[height, width, channels]", "[6, 16]"});
}

TEST(NnGraph, WeightsOfTheWrongShape) {
  ModelBuilder model = convolution();
  model.tensors[1].shape = {4};
  model.tensors[1].values.resize(4);
  expectFault(model, kBad, {"node 0 (conv2d", "'b'", "[4]", "expected [3]"});
  model = convolution();
  model.tensors[0].shape = {3, 2, 4, 1};
  expectFault(model, kBad, {"'k'", "[3, 2, 4, 1]", ", 2]"});
  model = convolution();
  model.tensors[0].shape = {12, 2};
  expectFault(model, kBad, {"'k'", "[12, 2]"});

  ModelBuilder dense;
  dense.input("x", {5})
      .tensor("k", {3, 4}, std::vector<float>(12, 0))
      .tensor("b", {3}, std::vector<float>(3, 0))
      .node("dense", {"x"}, "y", {}, {{"kernel", "k"}, {"bias", "b"}})
      .output("y", "y");
  expectFault(dense, kBad, {"node 0 (dense", "'k'", "[3, 4]", "5]"});

  ModelBuilder affine;
  affine.input("x", {5})
      .tensor("s", {5}, std::vector<float>(5, 1))
      .tensor("o", {1}, {0})
      .node("affine", {"x"}, "y", {}, {{"scale", "s"}, {"offset", "o"}})
      .output("y", "y");
  expectFault(affine, kBad, {"node 0 (affine", "'o'", "[1]", "expected [5]"});
}

TEST(NnGraph, TransposedConvolutions) {
  const auto model = [](const json& attributes) {
    ModelBuilder m = convolution();
    m.graph["nodes"][0]["op"] = "transposed_conv2d";
    m.graph["nodes"][0]["attributes"] = attributes;
    return m;
  };
  expectFault(model({{"crop", {0, 0, 0, 0}}}), kBad, {"'stride'", "missing"});
  expectFault(model({{"stride", {2, 2}}, {"crop", {6, 6, 0, 0}}}), kBad, {"[0, 16, 3]"});
  expectFault(model({{"stride", {2, 2}}, {"crop", {600, 6, 0, 0}}}), kBad, {"-594"});
  expectFault(model({{"stride", {65536, 65536}}}), kBad, {"elements"});
  expectFault(model({{"stride", {2, 2}}, {"padding", {0, 0, 0, 0}}}), kNew, {"'padding'"});
}

TEST(NnGraph, OtherOperators) {
  expectFault(one("leaky_relu", {3}, {}), kBad, {"node 0 (leaky_relu", "'slope'", "missing"});
  expectFault(one("leaky_relu", {3}, {{"slope", "steep"}}), kBad, {"'slope'", "'steep'"});
  expectFault(one("leaky_relu", {3}, {{"slope", 1e300}}), kBad, {"'slope'", "float32"});
  expectFault(one("elu", {3}, {{"alpha", 0}}), kBad, {"'alpha'", "above 0"});
  expectFault(one("elu", {3}, {{"alpha", -1}}), kBad, {"'alpha'", "-1"});
  expectFault(one("max_pool", {4, 4, 1}, {}), kBad, {"'size'", "missing"});
  expectFault(one("max_pool", {4, 4, 1}, {{"size", {5, 1}}}), kBad, {"[0, 4, 1]"});
  expectFault(one("max_pool", {4, 4, 1}, {{"size", {2, 2}}, {"stride", {3, 2}}}), kNew,
              {"'stride'", "[3, 2]"});
  expectFault(one("pad", {4, 4, 1}, {}), kBad, {"'padding'", "missing"});
  expectFault(one("pad", {4, 4}, {{"padding", {1, 1, 1, 1}}}), kBad, {"[height, width, channels]"});
  expectFault(one("reduce_max", {4, 4}, {}), kBad, {"'axis'", "missing"});
  expectFault(one("reduce_max", {4, 4}, {{"axis", 2}}), kBad, {"'axis' 2", "[4, 4]"});
  expectFault(one("reduce_mean", {4, 4}, {{"axis", -3}}), kBad, {"'axis' -3"});
  expectFault(one("reduce_mean", {4}, {{"axis", 0}}), kBad, {"no axis"});
  expectFault(one("reshape", {4, 4}, {}), kBad, {"'shape'", "missing"});
  expectFault(one("reshape", {4, 4}, {{"shape", {3, -1}}}), kBad, {"[4, 4]", "[3, -1]"});
  expectFault(one("reshape", {4, 4}, {{"shape", {-1, -1}}}), kBad, {"[-1, -1]"});
  expectFault(one("reshape", {4, 4}, {{"shape", {0, 16}}}), kBad, {"[0, 16]"});
  expectFault(one("reshape", {4, 4}, {{"shape", {1 << 29, 1 << 29, -1}}}), kBad, {"[4, 4]"});
  expectFault(one("transpose", {4, 4}, {{"permutation", {0, 0}}}), kBad, {"[0, 0]"});
  expectFault(one("transpose", {4, 4}, {{"permutation", {0, 1, 2}}}), kBad, {"[0, 1, 2]"});
  expectFault(one("transpose", {4, 4}, {{"permutation", {1, 2}}}), kBad, {"[1, 2]"});
  expectFault(one("relu", {4}, {{"slope", 1}}), kNew, {"'slope'"});
  expectFault(one("add", {4}, {}), kBad, {"node 0 (add", "2 inputs", "got 1"});
  expectFault(one("concat", {4}, {}), kBad, {"node 0 (concat", "2 or more inputs"});

  ModelBuilder sum;
  sum.input("a", {3, 4}).input("b", {3, 5}).node("add", {"a", "b"}, "y").output("y", "y");
  expectFault(sum, kBad, {"node 0 (add", "[3, 4]", "[3, 5]"});

  ModelBuilder joined;
  joined.input("a", {3, 4}).input("b", {2, 4}).node("concat", {"a", "b"}, "y").output("y", "y");
  expectFault(joined, kBad, {"node 0 (concat", "[3, 4]", "[2, 4]"});
  joined.graph["nodes"][0]["attributes"] = {{"axis", 2}};
  expectFault(joined, kBad, {"'axis' 2"});
}

TEST(NnGraph, GrowthIsBounded) {
  // Each node doubles the last axis: 2^40 elements if nobody stopped it.
  ModelBuilder model;
  model.input("v0", {1});
  for (int i = 0; i < 40; ++i) {
    const std::string from = "v" + std::to_string(i);
    model.node("concat", {from, from}, "v" + std::to_string(i + 1));
  }
  model.output("y", "v40");
  expectFault(model, kBad, {"concat", "elements"});
}

TEST(NnGraph, ManyNodesAreRefusedQuickly) {
  ModelBuilder model;
  model.input("v0", {1});
  for (int i = 0; i < 20001; ++i) {
    model.node("relu", {"v" + std::to_string(i)}, "v" + std::to_string(i + 1));
  }
  model.output("y", "v1");
  expectFault(model, kBad, {"'nodes'", "20001"});
}

}  // namespace
}  // namespace divisi::nn::test
