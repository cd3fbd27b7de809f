package azureai

import (
	"net/http"
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestGolden(t *testing.T) {
	providertest.RunSet(t, func(client *http.Client, name string) (llm.Speaker, bool) {
		return New(client, client, providertest.Now), name == "azure_ai"
	}, "testdata/*.txt")
}

func TestErrors(t *testing.T) {
	providertest.RunErrors(t, *New(nil, nil, providertest.Now).wire, "testdata/errors.json")
}

func TestUnder(t *testing.T) {
	for _, c := range []struct{ base, path, want string }{
		{"", "/a/b/c", "/a/b/c"},
		{"/x", "/a/b/c", "/a/b/c"},
		{"/a", "/a/b/c", "/b/c"},
		{"/x/a/b", "/a/b/c", "/c"},
		{"/a/b/c", "/a/b/c", ""},
		{"/xa", "/a/b/c", "/a/b/c"},
		{"/x/a/", "/a/b", "/a/b"},
	} {
		if got := under(c.base, c.path); got != c.want {
			t.Errorf("under(%q, %q): got %q, want %q", c.base, c.path, got, c.want)
		}
	}
}
