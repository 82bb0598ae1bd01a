#include "models/decoders/recurrent_linear.h"

#include <ATen/autocast_mode.h>

namespace saccade {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

namespace {

using Steps = RecurrentLinear::Steps;

void remember(AutogradContext* context, const c10::intrusive_ptr<Steps>& steps) {
  context->saved_data["steps"] = c10::IValue::make_capsule(steps);
}

c10::intrusive_ptr<Steps> recall(AutogradContext* context) {
  return c10::static_intrusive_pointer_cast<Steps>(context->saved_data["steps"].toCapsule());
}

/// Passes the weight on to the steps. Its backward therefore runs after all of theirs, and gives the parameters the gradient of them all.
struct GatherSteps : torch::autograd::Function<GatherSteps> {
  static Tensor forward(AutogradContext* context, const Tensor& weight, const std::optional<Tensor>& /*bias*/,
                        const c10::intrusive_ptr<Steps>& steps) {
    remember(context, steps);
    context->set_materialize_grads(false);
    return weight.view_as(weight);
  }

  static tensor_list backward(AutogradContext* context, const tensor_list& /*undefined: the steps hold them*/) {
    const auto steps = recall(context);
    tensor_list inputs, gradients;
    for (std::size_t i = 0; i < steps->inputs.size(); ++i) {
      if (!steps->gradients[i].defined()) continue;
      inputs.push_back(steps->inputs[i]);
      gradients.push_back(std::move(steps->gradients[i]));
    }
    if (inputs.empty()) return {Tensor(), Tensor(), Tensor()};
    const auto gradient = torch::cat(gradients);  // [T·B·K, out]
    return {gradient.t().mm(torch::cat(inputs)).to(steps->parameter_type),
            steps->bias.defined() ? gradient.sum(0, /*keepdim=*/false, steps->parameter_type) : Tensor(), Tensor()};
  }
};

struct Step : torch::autograd::Function<Step> {
  static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& /*weight*/, const c10::intrusive_ptr<Steps>& steps) {
    remember(context, steps);
    context->saved_data["index"] = static_cast<int64_t>(steps->inputs.size());
    const auto rows = input.detach().flatten(0, 1).to(steps->weight.scalar_type());  // [B·K, in]
    steps->inputs.push_back(rows);
    steps->gradients.emplace_back();
    return at::linear(rows, steps->weight, steps->bias).to(input.scalar_type()).view({input.size(0), input.size(1), -1});
  }

  static tensor_list backward(AutogradContext* context, const tensor_list& gradients) {
    const auto steps = recall(context);
    const auto& gradient = gradients[0];  // [B, K, out]
    const auto rows = gradient.flatten(0, 1).to(steps->weight.scalar_type());
    steps->gradients[context->saved_data["index"].toInt()] = rows;
    return {rows.mm(steps->weight).to(gradient.scalar_type()).view({gradient.size(0), gradient.size(1), -1}), Tensor(), Tensor()};
  }
};

}  // namespace

RecurrentLinear::RecurrentLinear(const torch::nn::Linear& linear) : steps_(c10::make_intrusive<Steps>()) {
  const auto device = linear->weight.device().type();
  const auto type = at::autocast::is_autocast_enabled(device) ? at::autocast::get_autocast_dtype(device) : linear->weight.scalar_type();
  steps_->parameter_type = linear->weight.scalar_type();
  steps_->weight = linear->weight.detach().to(type);
  std::optional<Tensor> bias;
  if (linear->bias.defined()) {
    bias = linear->bias;
    steps_->bias = linear->bias.detach().to(type);
  }
  weight_ = GatherSteps::apply(linear->weight, bias, steps_);
}

Tensor RecurrentLinear::operator()(const Tensor& input) const { return Step::apply(input, weight_, steps_); }

}  // namespace saccade
