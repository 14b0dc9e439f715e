// Models that must not open.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "divisi/model.h"
#include "nn/model_builder.h"

namespace divisi::nn::test {

inline ModelBuilder oneNode(const std::string& op, const std::vector<int64_t>& shape,
                            const json& attributes = json::object()) {
  ModelBuilder model;
  return model.input("x", shape).node(op, {"x"}, "y", attributes).output("y", "y");
}

/// The model is refused with a message that has these words and names the node.
inline void expectFault(const ModelBuilder& model, const std::string& words,
                        StatusCode code = StatusCode::kBadModel) {
  const auto bytes = model.bytes();
  const auto opened = Model::open(bytes);
  ASSERT_FALSE(opened.ok()) << "expected: " << words;
  EXPECT_EQ(opened.status().code(), code) << opened.status().message();
  EXPECT_NE(opened.status().message().find(words), std::string::npos) << opened.status().message();
  EXPECT_NE(opened.status().message().find("output 'y'"), std::string::npos)
      << opened.status().message();
}

}  // namespace divisi::nn::test
