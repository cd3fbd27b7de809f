package price_test

import (
	"fmt"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/price"
)

// The values are those of LiteLLM 1.81.15, whose call stands above each.

// litellm.cost_per_token("gpt-4o", prompt_tokens=1000, completion_tokens=500) = (0.0025, 0.005)
func ExampleCatalogue_CostPerToken() {
	var c price.Catalogue
	fmt.Println(c.CostPerToken("gpt-4o", "", llm.Usage{In: 1000, Out: 500}))
	// Output: 2500000000 5000000000 <nil>
}

// litellm.completion_cost(ModelResponse(model="claude-sonnet-4-5", usage of 250,000 and 1,000)) = 1.5225:
// above 200,000 prompt tokens all of the request costs more
func ExampleCatalogue_CompletionCost() {
	var c price.Catalogue
	cost, err := c.CompletionCost(price.Call{
		Model: "claude-sonnet-4-5", Provider: "anthropic", Usage: llm.Usage{In: 250_000, Out: 1000},
	})
	fmt.Println(cost, cost.Total(), err)
	// Output: {1500000000000 22500000000 0} 1522500000000 <nil>
}

// litellm.completion_cost(ImageResponse of 2, model="dall-e-3", size="1024x1792", quality="hd") = 0.23998234624
func ExampleCatalogue_CompletionCost_pictures() {
	var c price.Catalogue
	cost, err := c.CompletionCost(price.Call{
		Model: "dall-e-3", Provider: "openai", Size: "1024x1792", Quality: "hd", Usage: llm.Usage{Images: 2},
	})
	fmt.Println(cost.Total(), err)
	// Output: 239982346240 <nil>
}

// litellm.cost_per_token("my-model", custom_cost_per_second=0.001, response_time_ms=1500) = (0, 0.0015)
func ExampleParsePrices() {
	prices, err := price.ParsePrices([]byte(`{"output_cost_per_second": 0.001}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	var c price.Catalogue
	cost, err := c.CompletionCost(price.Call{Model: "my-model", Prices: prices, Elapsed: 1500 * time.Millisecond})
	fmt.Println(cost.Total(), err)
	// Output: 1500000000 <nil>
}

// litellm.get_model_info("claude-sonnet-4-5"): anthropic, chat, 200000, 64000, 3e-06
func ExampleCatalogue_Info() {
	var c price.Catalogue
	m, err := c.Info("anthropic/claude-sonnet-4-5", "")
	fmt.Println(m.Name, m.Provider, m.Mode, m.MaxInput, m.MaxOutput, m.Prices[price.Rate{Unit: price.In}], err)

	_, err = c.Info("no-such-model", "openai")
	fmt.Println(err)
	// Output:
	// claude-sonnet-4-5 anthropic chat 200000 64000 3000000000 <nil>
	// unknown model: openai/no-such-model
}

// litellm.get_max_tokens("gpt-4o") = 16384
func ExampleCatalogue_MaxTokens() {
	var c price.Catalogue
	fmt.Println(c.MaxTokens("gpt-4o", ""))
	// Output: 16384 <nil>
}

// litellm.supports_vision("gpt-4o") = True, litellm.supports_audio_input("gpt-4o") = False
func ExampleCatalogue_Supports() {
	var c price.Catalogue
	fmt.Println(c.Supports("gpt-4o", "", price.Vision), c.Supports("gpt-4o", "", price.AudioInput))
	// Output: true false
}

// litellm.register_model of the same, then litellm.cost_per_token("my-model", 1000, 500) = (0.002, 0.004)
func ExampleCatalogue_Register() {
	var c price.Catalogue
	err := c.Register([]byte(`{"my-model": {"litellm_provider": "openai", "mode": "chat", "max_tokens": 4096,
		"input_cost_per_token": 2e-6, "output_cost_per_token": 8e-6}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.CostPerToken("my-model", "openai", llm.Usage{In: 1000, Out: 500}))
	// Output: 2000000000 4000000000 <nil>
}

// litellm.models_by_provider["cerebras"]
func ExampleCatalogue_ModelsByProvider() {
	var c price.Catalogue
	names, err := c.ModelsByProvider("cerebras")
	fmt.Println(names, err)
	// Output: [cerebras/gpt-oss-120b cerebras/llama-3.3-70b cerebras/llama3.1-70b cerebras/llama3.1-8b cerebras/qwen-3-32b cerebras/zai-glm-4.6 cerebras/zai-glm-4.7] <nil>
}

// litellm.get_valid_models() with CEREBRAS_API_KEY and no other key
func ExampleCatalogue_ValidModels() {
	var c price.Catalogue
	names, err := c.ValidModels(only("CEREBRAS_API_KEY"), keys)
	fmt.Println(len(names), names[0], err)
	// Output: 7 cerebras/gpt-oss-120b <nil>
}

// litellm.validate_environment("groq/llama-3.1-8b-instant") without the key and with it
func ExampleCatalogue_ValidateEnvironment() {
	var c price.Catalogue
	fmt.Println(c.ValidateEnvironment("groq/llama-3.1-8b-instant", only(""), keys))
	fmt.Println(c.ValidateEnvironment("groq/llama-3.1-8b-instant", only("GROQ_API_KEY"), keys))
	// Output:
	// {false [GROQ_API_KEY]} <nil>
	// {true []} <nil>
}

// litellm.cost_discount_config = {"openai": 0.05}, cost_margin_config = {"global": {"percentage": 0.08, "fixed_amount": 0.0005}}:
// litellm.completion_cost of 1,000 and 500 tokens of gpt-4o = 0.008195
func ExampleAdjustments_Apply() {
	a := price.Adjustments{
		Discounts: map[string]float64{"openai": 0.05},
		Margins:   map[string]price.Margin{"global": {Percentage: 0.08, FixedAmount: 0.0005}},
	}
	fmt.Println(a.Apply("openai", 7_500_000_000))
	// Output: 8195000000
}

// only is an environment of one variable.
func only(name string) func(string) string {
	return func(asked string) string {
		if asked == name {
			return "x"
		}
		return ""
	}
}

// keys are the variables of some providers, as package providers knows them.
func keys(provider string) []string {
	return map[string][]string{"cerebras": {"CEREBRAS_API_KEY"}, "groq": {"GROQ_API_KEY"}}[provider]
}
