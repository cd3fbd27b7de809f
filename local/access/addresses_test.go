package access_test

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/tollgate-llm/tollgate/core/outbound"
)

// TestAddresses names each of addresses.txt as a caller who may bring an address
// of its own: nobody inside is asked, and the caller is not told why.
func TestAddresses(t *testing.T) {
	p, v := setTrap(t), newVendor(t)
	g := open(t, `
model_list: [{model_name: main, litellm_params: {model: openai/gpt-4o, api_base: "`+v.URL+`/v1", api_key: vendor-key}}]
router_settings: {num_retries: 0, disable_cooldowns: true}
general_settings: {master_key: `+master+`, allow_client_side_credentials: true}
`, dialling)
	_, port, err := net.SplitHostPort(strings.TrimPrefix(p.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/addresses.txt")
	if err != nil {
		t.Fatal(err)
	}
	dialled, odd, _ := strings.Cut(strings.ReplaceAll(string(text), "$PORT", port), "\n# What is no address")
	addresses := strings.Split(strings.TrimSpace(dialled), "\n")[2:]
	inside := len(addresses)
	addresses = append(addresses, strings.Split(strings.TrimSpace(odd), "\n")[1:]...)
	replies := make([]reply, len(addresses))
	var all sync.WaitGroup
	for i, address := range addresses {
		all.Go(func() {
			body, err := json.Marshal(map[string]any{"model": "main", "api_base": address, "api_key": "sk-of-the-caller", "messages": []map[string]string{{"role": "user", "content": "hi"}}})
			if err != nil {
				t.Error(err)
			}
			replies[i] = g.do(master, "POST", "/v1/chat/completions", string(body), fmt.Sprintf("X-Litellm-Call-Id: asked-%d.", i))
		})
	}
	all.Wait()
	if inside < 60 {
		t.Errorf("got %d addresses, want 60 at least", inside)
	}
	log := map[string]string{}
	for line := range strings.Lines(g.log.String()) {
		_, id, _ := strings.Cut(line, `"asked-`)
		id, _, _ = strings.Cut(id, ".")
		log[id] = line
	}
	for i, address := range addresses {
		a := replies[i]
		if a.status < 400 || strings.Contains(a.body, outbound.ErrForbiddenAddress.Error()) || strings.Contains(fmt.Sprint(a), "vendor-key") {
			t.Errorf("%s: got %d %.300s, want it unreachable and no reason told", address, a.status, a.body)
		}
		if line := log[strconv.Itoa(i)]; i < inside && !strings.Contains(line, outbound.ErrForbiddenAddress.Error()) {
			t.Errorf("%s: got the log line %.400s, want that who dialled refused it", address, line)
		}
	}
	if n, heard := p.visits(); n > 0 || v.asked.Load() > 0 {
		t.Errorf("got %d visits inside and %d at the vendor's, want none: %s", n, v.asked.Load(), heard)
	}
}
