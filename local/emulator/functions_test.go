package emulator

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// master is the key of the gateways that tests call.
const master = "sk-1234"

// compiled is the product's own functions, by name.
var compiled = sync.OnceValues(func() (map[string]string, error) {
	dir := filepath.Join(filepath.Dir(bootstrap), "functions")
	if out, err := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", dir+"/", "../../functions/...").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build functions: %w\n%s", err, out)
	}
	all := map[string]string{}
	for _, f := range routes.Functions() {
		all[f.Name] = filepath.Join(dir, f.Name)
	}
	return all, nil
})

// product serves the product's functions, with a configuration if it is not "".
func product(t *testing.T, o Options, config string) (url string, g *Gateway) {
	t.Helper()
	bootstraps, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	o.Bootstraps = bootstraps
	o.Env = append(o.Env, "LITELLM_MASTER_KEY="+master)
	if config != "" {
		path := filepath.Join(t.TempDir(), "config.yaml")
		if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
		o.Env = append(o.Env, "CONFIG_FILE_PATH="+path)
	}
	url, g, _ = gateway(t, o)
	return url, g
}

// vendor is what stands for a vendor behind the functions.
func vendor(t *testing.T, h http.HandlerFunc) (url string) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}
