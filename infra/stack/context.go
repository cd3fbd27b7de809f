package stack

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

const (
	stageKey = "stage" // chooses a profile; without it the app has a stack for each
	nameKey  = "name"
)

// forOneStack lists the options that name what two stacks cannot share.
func forOneStack() []string {
	return []string{nameKey, "table-name", "bucket-name", "secret-name", "domain"}
}

// Configured lists the profiles that a context asks for, with its options. A key
// that is no option is an error: a misspelt one would deploy a stack without what
// was asked for. Keys of the CDK's own (aws:..., @aws-cdk/...) are left to the CDK.
func Configured(context map[string]any) ([]Profile, error) {
	profiles := Profiles()
	if stage, ok := context[stageKey]; ok {
		at := slices.IndexFunc(profiles, func(p Profile) bool { return p.Name == stage })
		if at < 0 {
			return nil, fmt.Errorf("context %s: there is no profile %v", stageKey, stage)
		}
		profiles = profiles[at : at+1]
	}
	all := options()
	for _, key := range slices.Sorted(maps.Keys(context)) {
		if key == stageKey || strings.HasPrefix(key, "aws:") || strings.HasPrefix(key, "@aws-cdk/") {
			continue
		}
		at := slices.IndexFunc(all, func(o option) bool { return o.key == key })
		if at < 0 {
			return nil, fmt.Errorf("context %s: there is no such option; there are stage%s", key, usages(all))
		}
		value, err := scalar(context[key])
		if err != nil {
			return nil, fmt.Errorf("context %s: %w", key, err)
		}
		if len(profiles) > 1 && slices.Contains(forOneStack(), key) {
			return nil, fmt.Errorf("context %s: it is one stack's, and needs a %s", key, stageKey)
		}
		for i := range profiles {
			if err := all[at].setting.set(&profiles[i], value); err != nil {
				return nil, fmt.Errorf("context %s: %w", key, err)
			}
		}
	}
	for _, p := range profiles {
		if err := p.check(); err != nil {
			return nil, err
		}
	}
	return profiles, nil
}

// scalar is a value of the context as the command line would have it: cdk.json
// may have a number where -c has its digits.
func scalar(value any) (string, error) {
	switch value := value.(type) {
	case string, bool:
		return fmt.Sprint(value), nil
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64), nil
	}
	return "", fmt.Errorf("got %v, want a string, a number, true or false", value)
}

func usages(all []option) string {
	var b strings.Builder
	for _, o := range all {
		fmt.Fprintf(&b, "; %s (%s)", o.key, o.usage)
	}
	return b.String()
}
