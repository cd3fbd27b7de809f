package stack

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// aliasName is the alias that environments wait behind.
const aliasName = "live"

// addReady keeps environments of a function ready, so that its first call does
// not wait for a start. Only a version can have some, and a version is a
// snapshot: it is named after what it is of, so that another function is
// another version, which the alias moves to once its environments are there.
func addReady(resources object, p Profile, f routes.Function, properties object) error {
	ready := p.Provisioned[f.Name]
	if ready == 0 {
		return nil
	}
	b, err := json.Marshal(properties)
	if err != nil {
		return fmt.Errorf("encode its properties: %w", err)
	}
	id := logicalID(f.Name)
	version := id + fmt.Sprintf("Version%x", sha256.Sum256(b))[:len("Version")+16]
	resources[version] = object{
		"Type":       "AWS::Lambda::Version",
		"Properties": object{"FunctionName": ref(id + "Function")},
	}
	resources[id+"Alias"] = object{
		"Type": "AWS::Lambda::Alias",
		"Properties": object{
			"Name": aliasName, "FunctionName": ref(id + "Function"), "FunctionVersion": attribute(version, "Version"),
			"ProvisionedConcurrencyConfig": object{"ProvisionedConcurrentExecutions": ready},
		},
	}
	return nil
}
