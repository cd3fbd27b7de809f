package providers

import (
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/openai"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

const goldenFiles = "testdata/*.txt"

func TestGolden(t *testing.T) {
	providertest.RunSet(t, func(client *http.Client, name string) (llm.Speaker, bool) {
		return All(client, client, providertest.Now).Lookup(name)
	}, goldenFiles)
}

// TestQuirksAreGolden holds that nobody has a quirk without the vendor's word
// for it: a golden file whose call is for that provider.
func TestQuirksAreGolden(t *testing.T) {
	files, err := filepath.Glob(goldenFiles)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	for _, r := range table {
		call := "-- call --\n" + `{"model":"` + r.name + "/"
		if !reflect.DeepEqual(r.quirks, openai.Quirks{}) && !strings.Contains(all.String(), call) {
			t.Errorf("%s: got a quirk and no golden file, want one in testdata", r.name)
		}
	}
}
