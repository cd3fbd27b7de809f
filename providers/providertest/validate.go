package providertest

import (
	_ "embed"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
)

//go:embed validate.py
var validator string

// validate has the types of the format's own package read replies, one JSON
// text each. It needs Python, in the environment that .ci/venv makes of the
// capture's pins.
func validate(key llm.Key, bodies []string) error {
	if len(bodies) == 0 { // media, or an error
		return nil
	}
	module, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return fmt.Errorf("find the module: %w", err)
	}
	root := filepath.Dir(strings.TrimSpace(string(module)))
	venv, err := exec.Command(filepath.Join(root, ".ci", "venv"), filepath.Join(root, "local", "capture", "requirements.txt")).Output()
	if err != nil {
		return fmt.Errorf("make the Python environment: %w", err)
	}
	python := exec.Command(filepath.Join(strings.TrimSpace(string(venv)), "bin", "python"), "-c", validator, key.Op.String(), formats[key.Format])
	python.Stdin = strings.NewReader(strings.Join(bodies, "\n"))
	if out, err := python.CombinedOutput(); err != nil {
		return fmt.Errorf("the format's types: %w\n%s", err, out)
	}
	return nil
}
