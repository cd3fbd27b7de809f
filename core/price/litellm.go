package price

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// units gives LiteLLM's price keys our names. A key may go on with
// _above_200k_tokens and with _priority, _flex or _batches.
var units = map[string]Unit{
	"input_cost_per_token":                                               In,
	"input_cost_per_audio_token":                                         AudioIn,
	"input_cost_per_image_token":                                         ImageIn,
	"cache_read_input_token_cost":                                        CacheRead,
	"cache_read_input_audio_token_cost":                                  CacheReadAudio,
	"cache_read_input_image_token_cost":                                  CacheReadImage,
	"cache_creation_input_token_cost":                                    CacheWrite5m,
	"cache_creation_input_token_cost_above_1hr":                          CacheWrite1h,
	"cache_creation_input_audio_token_cost":                              CacheWriteAudio,
	"citation_cost_per_token":                                            Citation,
	"output_cost_per_token":                                              Out,
	"output_cost_per_reasoning_token":                                    Reasoning,
	"output_cost_per_audio_token":                                        AudioOut,
	"output_cost_per_image_token":                                        ImageOut,
	"input_cost_per_character":                                           CharacterIn,
	"output_cost_per_character":                                          CharacterOut,
	"input_cost_per_second":                                              SecondIn,
	"output_cost_per_second":                                             SecondOut,
	"input_cost_per_audio_per_second":                                    AudioSecondIn,
	"input_cost_per_video_per_second":                                    VideoSecondIn,
	"input_cost_per_video_per_second_above_8s_interval":                  VideoSecondInOver8,
	"input_cost_per_video_per_second_above_15s_interval":                 VideoSecondInOver15,
	"output_cost_per_video_per_second":                                   VideoSecondOut,
	"input_cost_per_image":                                               PictureIn,
	"output_cost_per_image":                                              PictureOut,
	"output_cost_per_image_premium_image":                                PictureOutPremium,
	"output_cost_per_image_above_512_and_512_pixels":                     PictureOver512,
	"output_cost_per_image_above_512_and_512_pixels_and_premium_image":   PictureOver512Premium,
	"output_cost_per_image_above_1024_and_1024_pixels":                   PictureOver1024,
	"output_cost_per_image_above_1024_and_1024_pixels_and_premium_image": PictureOver1024Premium,
	"input_cost_per_pixel":                                               MegapixelIn,
	"output_cost_per_pixel":                                              MegapixelOut,
	"ocr_cost_per_page":                                                  Page,
	"annotation_cost_per_page":                                           AnnotatedPage,
	"input_cost_per_query":                                               Query,
	"input_cost_per_request":                                             Request,
	"code_interpreter_cost_per_session":                                  Session,
	"input_dbu_cost_per_token":                                           InputDBU,
	"output_dbu_cost_per_token":                                          OutputDBU,
}

// cacheHit is an older key of some vendors' for CacheRead, which wins.
const cacheHit = "input_cost_per_token_cache_hit"

// rateOf is what a price key of LiteLLM's prices.
func rateOf(key string) (Rate, bool) {
	var r Rate
	for suffix, tier := range map[string]string{"_priority": Priority, "_flex": Flex, "_batches": Batch, "_batch_requests": Batch} {
		if rest, ok := strings.CutSuffix(key, suffix); ok {
			key, r.Tier = rest, tier
		}
	}
	if rest, ok := strings.CutSuffix(key, "k_tokens"); ok {
		if i := strings.LastIndex(rest, "_above_"); i >= 0 {
			thousands, err := strconv.ParseInt(rest[i+len("_above_"):], 10, 32)
			if err == nil {
				key, r.Above = rest[:i], thousands*1000
			}
		}
	}
	var known bool
	r.Unit, known = units[key]
	return r, known
}

// ParsePrices reads the prices among the members of a JSON object in
// LiteLLM's words: a deployment's litellm_params or model_info, or the custom
// prices of a call. Dollars per unit may be numbers or strings; members that
// are no prices are passed over. It returns nil if there is no price.
func ParsePrices(object []byte) (Prices, error) {
	var m Model
	if err := m.read(object); err != nil {
		return nil, err
	}
	return m.Prices, nil
}

// ParseModels reads models in the form of LiteLLM's price file, which is that
// of register_model: {"name": {"litellm_provider": ..., ...}}. They come in
// the order of their names. Members it does not know are passed over.
func ParseModels(file []byte) ([]Model, error) {
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(file, &entries); err != nil {
		return nil, fmt.Errorf("read models: %w", err)
	}
	models := make([]Model, 0, len(entries))
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		m := Model{Name: name}
		if err := m.read(entries[name]); err != nil {
			return nil, fmt.Errorf("read model %s: %w", name, err)
		}
		models = append(models, m)
	}
	return models, nil
}

// read takes over the members of a JSON object in LiteLLM's words and leaves
// the rest of m as it is. Maps that it changes are copied first.
func (m *Model) read(object []byte) error {
	var members map[string]any
	d := json.NewDecoder(bytes.NewReader(object))
	d.UseNumber()
	if err := d.Decode(&members); err != nil {
		return err
	}
	m.Prices, m.Supports = maps.Clone(m.Prices), maps.Clone(m.Supports)
	for key, v := range members {
		if err := m.take(key, v); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	if v, ok := members[cacheHit]; ok && v != nil {
		if _, has := m.Prices[Rate{Unit: CacheRead}]; !has {
			return m.setPrice(Rate{Unit: CacheRead}, v)
		}
	}
	return nil
}

// take takes over one member. Wrong types of what is no price are passed over,
// as LiteLLM does: files from many hands have them.
func (m *Model) take(key string, v any) error {
	if v == nil {
		return nil
	}
	if rate, ok := rateOf(key); ok {
		return m.setPrice(rate, v)
	}
	if capability, ok := strings.CutPrefix(key, "supports_"); ok {
		if yes, ok := v.(bool); ok {
			if m.Supports == nil {
				m.Supports = map[Capability]bool{}
			}
			m.Supports[Capability(capability)] = yes
		}
		return nil
	}
	switch key {
	case "litellm_provider":
		m.Provider = text(v)
	case "mode":
		m.Mode = text(v)
	case "deprecation_date":
		m.Retires = text(v)
	case "max_input_tokens":
		m.MaxInput = count(v)
	case "max_output_tokens":
		m.MaxOutput = count(v)
	case "max_tokens":
		m.MaxTokens = count(v)
	case "rpm":
		m.RPM = count(v)
	case "tpm":
		m.TPM = count(v)
	case "output_vector_size":
		m.Vector = count(v)
	case "supported_endpoints":
		m.Endpoints = texts(v)
	case "search_context_cost_per_query":
		return m.takeSearches(v)
	case "tiered_pricing":
		return m.takeBands(v)
	}
	return nil
}

func (m *Model) setPrice(r Rate, v any) error {
	units := int64(1)
	if r.Unit == MegapixelIn || r.Unit == MegapixelOut {
		units = 1e6
	}
	n, err := femto(v, units)
	if err != nil {
		return err
	}
	if m.Prices == nil {
		m.Prices = Prices{}
	}
	m.Prices[r] = n
	return nil
}

// count reads a number of tokens, which some files write as 256000.0.
func count(v any) int64 {
	n, _ := v.(json.Number)
	f, err := n.Float64()
	if err != nil || !(f >= 0 && f < 1e15) {
		return 0
	}
	return int64(f)
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

func texts(v any) []string {
	list, _ := v.([]any)
	var found []string
	for _, e := range list {
		if s := text(e); s != "" {
			found = append(found, s)
		}
	}
	return found
}
