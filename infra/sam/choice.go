package sam

import (
	"fmt"
	"reflect"

	"github.com/tollgate-llm/tollgate/infra/stack"
)

// choice is an option of the stack that only adds to it, so that it can be a
// parameter.
type choice struct {
	parameter, usage string
	choose           func(p *stack.Profile)
}

func choices() []choice {
	return []choice{
		{"WithAlarms", "Alarms for what an operator must know.", func(p *stack.Profile) { p.Alarms = true }},
		{"WithDashboard", "A dashboard.", func(p *stack.Profile) { p.Dashboard = true }},
	}
}

// add takes over what more has and t has not, on condition of a parameter.
func add(t, more object, c choice) error {
	condition := c.parameter + "Chosen"
	for _, section := range []string{"Resources", "Outputs"} {
		have := t[section].(object)
		for id, value := range more[section].(object) {
			if have[id] == nil {
				value.(object)["Condition"] = condition
				have[id] = value
			} else if have[id].(object)["Condition"] == nil && !reflect.DeepEqual(have[id], value) {
				return fmt.Errorf("%s is another one with %s, which can be no parameter", id, c.parameter)
			}
		}
	}
	t["Parameters"].(object)[c.parameter] = object{
		"Type": "String", "Default": "false", "AllowedValues": []string{"true", "false"}, "Description": c.usage,
	}
	if t["Conditions"] == nil {
		t["Conditions"] = object{}
	}
	t["Conditions"].(object)[condition] = object{"Fn::Equals": []any{object{"Ref": c.parameter}, "true"}}
	return nil
}
