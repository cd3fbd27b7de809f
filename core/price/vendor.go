package price

import (
	"strconv"
	"strings"
)

// vendor is how a provider names and prices its models: what cannot be read
// off the models themselves. The catalogue has it under the provider's name
// and a slash. Its source is internal/generate/vendors.json, where each member
// is explained; nothing here names a provider.
type vendor struct {
	Name     string              `json:"name"`
	Borrows  []string            `json:"borrows,omitempty"`
	Routes   []string            `json:"routes,omitempty"`
	Regions  []string            `json:"regions,omitempty"`
	Version  bool                `json:"version,omitempty"`
	Also     []string            `json:"also,omitempty"`
	Aliases  map[string]string   `json:"aliases,omitempty"`
	Sizes    []size              `json:"sizes,omitempty"`
	Prices   Prices              `json:"prices,omitempty"`
	Unlisted string              `json:"unlisted,omitempty"`
	Supports map[Capability]bool `json:"supports,omitempty"`
}

// What vendor.Unlisted can say of models that the catalogue does not list: that
// they have the vendor's prices, always or if they run at an address of the
// operator's own.
const (
	always = "always"
	atOwn  = "own"
)

// size is a row of a price list by model size: it is for models of at most so
// many parameters, in billions or millions.
type size struct {
	Max    float64 `json:"max"`
	Letter string  `json:"letter"` // "b", "m", "x" for a mixture such as 8x7b, or "" for the rest
	Row    string  `json:"row"`
}

// stripped is a model's name without what the provider's names may have besides
// it: a route, a region, a throughput, a version, or a fine-tuning's suffix.
func (v *vendor) stripped(model string) string {
	name := model
	for _, route := range v.Routes {
		name = strings.TrimPrefix(name, route)
	}
	switch {
	case len(v.Regions) > 0:
		return withoutRegion(name, v.Regions)
	case v.Version:
		if i := strings.LastIndexByte(name, '-'); i >= 0 && i+1 < len(name) && digits(name[i+1:]) == len(name)-i-1 {
			return name[:i]
		}
	case strings.HasPrefix(name, "ft:"): // ft:model:organization:suffix:id
		if parts := strings.Split(name, ":"); len(parts) == 5 {
			return parts[0] + ":" + parts[1]
		}
	}
	return name
}

// withoutRegion turns a resource name, a cross-region profile
// (us.vendor.model) or a region's model (us-east-1/vendor.model) into the
// model, without a throughput such as the end of model-v2:0:51k.
func withoutRegion(name string, regions []string) string {
	if strings.Contains(strings.ToLower(name), "arn:") {
		name = name[strings.LastIndexByte(name, '/')+1:]
	}
	if parts := strings.Split(name, ":"); len(parts) == 3 && strings.HasSuffix(parts[2], "k") {
		name = parts[0] + ":" + parts[1]
	}
	for _, region := range regions {
		if rest, ok := strings.CutPrefix(name, region+"."); ok {
			return rest
		}
	}
	if region, rest, ok := strings.Cut(name, "/"); ok && strings.Count(region, "-") >= 2 {
		return rest
	}
	return name
}

// sized is the row of the price list for models of this one's size, or "".
func (v *vendor) sized(model string) string {
	if len(v.Sizes) == 0 {
		return ""
	}
	name := strings.ToLower(model)
	for _, s := range v.Sizes {
		if s.Letter == "" {
			return s.Row
		}
		if n := parameters(name, s.Letter[0]); n > 0 && n <= s.Max {
			return s.Row
		}
	}
	return ""
}

// parameters reads the first size in a name: 7 of model-7b, 335 of model-335m,
// or, the letter being x, 8 times 7 of model-8x7b. It is 0 if there is none.
func parameters(name string, letter byte) float64 {
	for i := 0; i < len(name); i++ {
		n := digits(name[i:])
		if n == 0 {
			continue
		}
		rest := name[i+n:]
		if rest != "" && rest[0] == letter {
			if letter != 'x' {
				return number(name[i : i+n])
			}
			if m := digits(rest[1:]); m > 0 && strings.HasPrefix(rest[1+m:], "b") {
				return number(name[i:i+n]) * number(rest[1:1+m])
			}
		}
		i += n
	}
	return 0
}

// digits counts those that s begins with.
func digits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }

func number(digits string) float64 {
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return 0
	}
	return n
}
