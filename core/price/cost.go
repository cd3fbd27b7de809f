package price

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// ErrNoPrice says that a model is known, and nothing of what was used has a
// price.
var ErrNoPrice = errors.New("no price")

// Call is what CompletionCost needs to know of a call.
type Call struct {
	Model     string // as in Info
	Provider  string // as in Info
	BaseModel string // model_info.base_model: priced instead of Model, if set
	Region    string // where it ran, for vendors whose prices differ by region
	OwnBase   bool   // it ran at an api_base of the operator's own

	Usage   llm.Usage
	Elapsed time.Duration // that the vendor took; charged by models priced by the second alone

	Size          string // of pictures: 1024x1024
	Quality       string // of pictures: standard, hd, low, medium, high, premium
	SearchContext string // of searches of the web: low, medium (the default) or high
	Results       int64  // that a search engine was asked for; some charge more for more

	// Prices, unless nil, are the whole price list: those of the deployment
	// or of the call. See ParsePrices.
	Prices Prices
}

// Cost is what a call cost, in pico-dollars. Parts are rounded so that they
// add up to the total, which is rounded half up once.
type Cost struct {
	Prompt     int64 // what was sent
	Completion int64 // what was made
	Tools      int64 // searches, pages and the like, on top
}

// Total is the sum of the parts.
func (c Cost) Total() int64 { return c.Prompt + c.Completion + c.Tools }

// CostPerToken is what the tokens of a usage cost, in pico-dollars: LiteLLM's
// cost_per_token. The error wraps ErrUnknownModel or ErrNoPrice.
func (c *Catalogue) CostPerToken(model, provider string, usage llm.Usage) (prompt, completion int64, err error) {
	cost, err := c.CompletionCost(Call{Model: model, Provider: provider, Usage: usage})
	return cost.Prompt, cost.Completion, err
}

// CompletionCost is what a call cost: LiteLLM's completion_cost. Whatever the
// vendor counted is charged once: by its tokens if it counted any, else by the
// piece, second or character. The error wraps ErrUnknownModel or ErrNoPrice.
func (c *Catalogue) CompletionCost(call Call) (Cost, error) {
	m, err := c.priceList(call)
	if err != nil {
		return Cost{}, err
	}
	b := bill{model: m, usage: call.Usage, size: call.Usage.Prompt()}
	b.tokens()
	b.pieces(call)
	b.tools(call)
	if b.used && !b.charged {
		return Cost{}, fmt.Errorf("%w: %s", ErrNoPrice, m.Name)
	}
	return b.cost(), nil
}

// priceList is the model whose prices count for a call.
func (c *Catalogue) priceList(call Call) (*Model, error) {
	at := place{call.Model, call.Provider, call.Region, call.OwnBase}
	if call.Prices != nil {
		return &Model{Name: call.Model, Prices: call.Prices}, nil
	}
	if call.BaseModel != "" {
		at.model = call.BaseModel
		if m := c.find(at); m != nil {
			return m, nil
		}
		at.provider = "" // a base model may be another provider's
	}
	if call.Usage.Images > 0 && call.Usage.Out == 0 {
		if m := c.findPicture(at, call.Size, call.Quality); m != nil {
			return m, nil
		}
	}
	if m := c.find(at); m != nil {
		return m, nil
	}
	return nil, unknown(at.model, at.provider)
}

// bill adds up what a call cost.
type bill struct {
	model *Model
	usage llm.Usage
	size  int64 // prompt tokens, which decide on thresholds

	prompt, completion, toolUse sum

	used    bool // something was used
	charged bool // something of it has a price
}

// cost rounds the running totals, so that no part is below zero and the parts
// add up.
func (b *bill) cost() Cost {
	prompt := b.prompt.pico()
	both := b.prompt.plus(b.completion)
	all := both.plus(b.toolUse).pico()
	return Cost{Prompt: prompt, Completion: both.pico() - prompt, Tools: all - both.pico()}
}

// add charges n of a unit. It reports whether the unit has a price.
func (b *bill) add(to *sum, u Unit, n, size int64, share uint64) bool {
	if n <= 0 {
		return false
	}
	b.used = true
	c, ok := b.model.rate(u, b.tier(), size)
	if ok {
		to.add(c.femto, n, share*c.share/whole)
		b.charged = true
	}
	return ok
}

func (b *bill) tier() string {
	switch b.usage.Tier {
	case Batch, Flex, Priority:
		return b.usage.Tier
	}
	return ""
}

// tokens charges tokens by their kind.
func (b *bill) tokens() {
	u := b.usage
	audioIn := within(u.AudioIn, u.In)
	imageIn := within(u.ImageIn, u.In-audioIn)
	b.token(&b.prompt, In, u.In-audioIn-imageIn)
	b.token(&b.prompt, AudioIn, audioIn)
	b.token(&b.prompt, ImageIn, imageIn)
	b.token(&b.prompt, CacheRead, u.CacheRead)
	b.token(&b.prompt, CacheWrite5m, u.CacheWrite5m)
	b.token(&b.prompt, CacheWrite1h, u.CacheWrite1h)
	reasoning := within(u.Reasoning, u.Out)
	audioOut := within(u.AudioOut, u.Out-reasoning)
	imageOut := within(u.ImageOut, u.Out-reasoning-audioOut)
	b.token(&b.completion, Out, u.Out-reasoning-audioOut-imageOut)
	b.token(&b.completion, Reasoning, reasoning)
	b.token(&b.completion, AudioOut, audioOut)
	b.token(&b.completion, ImageOut, imageOut)
}

func (b *bill) token(to *sum, u Unit, n int64) {
	if len(b.model.Bands) == 0 || n <= 0 {
		b.add(to, u, n, b.size, whole)
		return
	}
	share := uint64(whole)
	if b.tier() == Batch {
		share = half
	}
	b.model.graduated(to, u, n, share)
	b.used, b.charged = true, true
}

// within is what of a count is part of a whole: vendors' parts may exceed it.
func within(part, of int64) int64 { return max(0, min(part, of)) }

// times multiplies counts; what is too large for a count becomes the largest.
func times(a, b int64) int64 {
	if a <= 0 || b <= 0 {
		return 0
	}
	if a > math.MaxInt64/b {
		return math.MaxInt64
	}
	return a * b
}
