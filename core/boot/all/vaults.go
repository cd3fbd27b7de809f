package all

import (
	"context"
	"log/slog"
	"maps"
	"math/rand/v2"
	"time"

	"github.com/tollgate-llm/tollgate/core/cloud"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/outbound"
	"github.com/tollgate-llm/tollgate/core/secret"
	"github.com/tollgate-llm/tollgate/core/secret/awsvault"
	vendor "github.com/tollgate-llm/tollgate/core/secret/vaults"
	"github.com/tollgate-llm/tollgate/providers/google"
)

// vaults are where secrets may be kept, by the scheme of references to them.
// None is opened before a secret of it is used. The keys of other clouds' vaults
// may be kept at AWS.
func vaults(at *cloud.Account, getenv func(name string) (string, bool), log *slog.Logger) map[string]*secret.Cache {
	inAWS := remembered(awsvault.All(at), log)
	env := secret.Source{Getenv: getenv, Vaults: inAWS}
	all := remembered(vendor.All(vendor.Options{Env: env.Env, Client: outbound.Client(), Now: time.Now, Google: googleToken(env)}), log)
	maps.Copy(all, inAWS)
	return all
}

func remembered(vaults map[string]secret.Vault, log *slog.Logger) map[string]*secret.Cache {
	all := map[string]*secret.Cache{}
	for scheme, v := range vaults {
		all[scheme] = &secret.Cache{Vault: v, Now: time.Now, Random: rand.Float64, Failed: func(name string, err error) {
			log.Warn("the secret could not be read again: the one before goes on being used", "secret", scheme+"/"+name, "error", err)
		}}
	}
	return all
}

// googleToken gives access tokens of the credentials that the environment names,
// or else of the machine.
func googleToken(env secret.Source) func(ctx context.Context) (string, error) {
	tokens := google.New(outbound.Client(), time.Now)
	d := &llm.Deployment{Credential: secret.Credential{Source: env}}
	return func(ctx context.Context) (string, error) { return tokens.Token(ctx, d) }
}
