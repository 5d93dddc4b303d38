#include "bench/compare/key_picker.h"

#include <cmath>

namespace stepkv::bench {

KeyPicker::KeyPicker(std::size_t keys, double zipf_exponent, std::uint64_t seed)
    : random_(seed), keys_(keys) {
  if (zipf_exponent > 0) BuildColumns(zipf_exponent);
}

void KeyPicker::BuildColumns(double zipf_exponent) {
  std::vector<double> weight(keys_);
  double sum = 0;
  for (std::size_t i = 0; i < keys_; ++i) {
    weight[i] = std::pow(static_cast<double>(i + 1), -zipf_exponent);
    sum += weight[i];
  }
  columns_.resize(keys_);
  std::vector<std::size_t> small;
  std::vector<std::size_t> large;
  for (std::size_t i = 0; i < keys_; ++i) {
    weight[i] *= static_cast<double>(keys_) / sum;
    (weight[i] < 1 ? small : large).push_back(i);
  }
  while (!small.empty() && !large.empty()) {
    std::size_t poor = small.back();
    std::size_t rich = large.back();
    small.pop_back();
    columns_[poor] = {weight[poor], rich};
    weight[rich] -= 1 - weight[poor];
    if (weight[rich] < 1) {
      large.pop_back();
      small.push_back(rich);
    }
  }
}

std::size_t KeyPicker::Next() {
  std::size_t column = random_.NextBelow(keys_);
  if (columns_.empty()) return column;
  const Column& choice = columns_[column];
  return random_.NextShare() < choice.keep ? column : choice.alias;
}

}  // namespace stepkv::bench
