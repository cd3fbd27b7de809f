package price

import (
	"regexp"
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
	if len(v.Regions) > 0 {
		return withoutRegion(name, v.Regions)
	}
	if v.Version {
		return regexp.MustCompile(`-\d+$`).ReplaceAllString(name, "")
	}
	if strings.HasPrefix(name, "ft:") {
		return regexp.MustCompile(`(:[^:]+){3}$`).ReplaceAllString(name, "")
	}
	return name
}

// withoutRegion turns a resource name, a cross-region profile
// (us.vendor.model) or a region's model (us-east-1/vendor.model) into the
// model, without a throughput such as the last part of model-v2:0:51k.
func withoutRegion(name string, regions []string) string {
	if strings.Contains(strings.ToLower(name), "arn:") {
		name = name[strings.LastIndexByte(name, '/')+1:]
	}
	name = regexp.MustCompile(`(:\d+):\d+k$`).ReplaceAllString(name, "$1")
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
	name := strings.ToLower(model)
	mixture := regexp.MustCompile(`(\d+)x(\d+)b`).FindStringSubmatch(name)
	for _, s := range v.Sizes {
		parameters := -1.0
		switch {
		case s.Letter == "x" && mixture != nil:
			parameters = number(mixture[1]) * number(mixture[2])
		case s.Letter == "b" || s.Letter == "m":
			if found := regexp.MustCompile(`(\d+)` + s.Letter).FindStringSubmatch(name); found != nil {
				parameters = number(found[1])
			}
		case s.Letter == "":
			return s.Row
		}
		if parameters >= 0 && parameters <= s.Max {
			return s.Row
		}
	}
	return ""
}

func number(digits string) float64 {
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return -1
	}
	return n
}
