package predibase

import (
	"context"
	"errors"
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestGolden(t *testing.T) {
	providertest.Run(t, *New(nil, nil, providertest.Now), "testdata/*.txt")
}

func TestErrors(t *testing.T) {
	p := *New(nil, nil, providertest.Now)
	p.Place = nil // the cases name no account
	providertest.RunErrors(t, p, "testdata/errors.json")
}

// env is an llm.Credential of fixed values.
type env map[string]string

func (e env) Value(_ context.Context, name string) (string, error) {
	if e[name] == "unreadable" {
		return "", errors.New("vault is closed")
	}
	return e[name], nil
}

func TestPlace(t *testing.T) {
	const model = "/deployments/v2/llms/my%20llm/v1"
	for _, c := range []struct{ base, setting, variable, want string }{
		{"", "t1", "", Base + "/t1" + model},
		{"", "", "t2", Base + "/t2" + model},
		{"", "t1", "t2", Base + "/t1" + model},
		{"https://vpc.test/", "t/1", "", "https://vpc.test/t%2F1" + model},
		{"https://vpc.test/t9/deployments/v2/llms/other", "t1", "", "https://vpc.test/t9/deployments/v2/llms/other/v1"},
		{"https://vpc.test/t9/deployments/v2/llms/other/v1/", "", "", "https://vpc.test/t9/deployments/v2/llms/other/v1"},
		{"https://vpc.test/t9/deployments/v2/llms/other/generate_stream", "", "", "https://vpc.test/t9/deployments/v2/llms/other/v1"},
		{"", "", "", ""},
		{"", "", "unreadable", ""},
	} {
		d := &llm.Deployment{Model: "my llm", Settings: map[string]string{"tenant_id": c.setting}, Credential: env{"PREDIBASE_TENANT_ID": c.variable}}
		got, err := place(t.Context(), d, c.base)
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%+v: got %s, %v, want %s", c, got, err, c.want)
		}
	}
}
