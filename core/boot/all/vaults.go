package all

import (
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/tollgate-llm/tollgate/core/cloud"
	"github.com/tollgate-llm/tollgate/core/secret"
	"github.com/tollgate-llm/tollgate/core/secret/awsvault"
)

// vaults are where secrets may be kept, by the scheme of references to them.
// None is opened before a secret of it is used.
func vaults(at *cloud.Account, log *slog.Logger) map[string]*secret.Cache {
	all := map[string]*secret.Cache{}
	for scheme, v := range awsvault.All(at) {
		all[scheme] = &secret.Cache{Vault: v, Now: time.Now, Random: rand.Float64, Failed: func(name string, err error) {
			log.Warn("the secret could not be read again: the one before goes on being used", "secret", scheme+"/"+name, "error", err)
		}}
	}
	return all
}
