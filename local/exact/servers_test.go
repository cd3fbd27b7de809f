//go:build dynamodb

package exact

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tollgate-llm/tollgate/store/dynamo"
	"github.com/tollgate-llm/tollgate/store/dynamo/dynamotest"
)

const tableName = "books"

// table is one of DynamoDB's, before an upstream, for gateways to share.
type table struct {
	*dynamo.Store
	endpoint string
	books    *books
	program  *program
}

// TestServers needs a server of DynamoDB's API, which takes a while to start.
func TestServers(t *testing.T) {
	s, c := startTable(t)
	b := startUpstream(t)
	here := &table{s, *c.BaseEndpoint, b, build(t, b)}
	t.Run("two gateways", func(t *testing.T) { testTwo(t, here) })
	t.Run("units", func(t *testing.T) { testUnits(t, here) })
}

// startTable starts AWS's DynamoDB Local with the table.
func startTable(t *testing.T) (*dynamo.Store, aws.Config) {
	t.Helper()
	for _, server := range dynamotest.Servers(t) {
		if server.Name != "dynamodb-local" {
			continue
		}
		c := server.Start(t)
		s := dynamo.New(c, tableName, dynamo.Options{Now: time.Now})
		if err := s.Create(t.Context()); err != nil {
			t.Fatal(err)
		}
		return s, c
	}
	t.Fatal("DYNAMODB_LOCAL is not set: run this by .ci/dynamo")
	return nil, aws.Config{}
}

// start starts a gateway that finds the table at an endpoint.
func (b *table) start(t *testing.T, endpoint string) *running {
	p := *b.program
	p.env = []string{"AWS_ENDPOINT_URL_DYNAMODB=" + endpoint, "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test"}
	return p.start(t, "--data=dynamodb:"+tableName)
}

// testTwo has two gateways share the table: 64 clients of each spend one dollar,
// and as many share a hundred requests a minute.
func testTwo(t *testing.T, here *table) {
	began := time.Now()
	gateways := []*running{here.start(t, here.endpoint), here.start(t, here.endpoint)}
	dollar := administer(t, gateways[0], gateways[0].url+"/key/generate", `{"max_budget":1}`)
	minute := administer(t, gateways[0], gateways[0].url+"/key/generate", `{"rpm_limit":100}`)
	if time.Now().Second() > 40 { // the minute would be over before its limit is reached
		spendDollar(t, gateways, dollar.Key)
		spendMinute(t, gateways, minute.Key)
	} else {
		spendMinute(t, gateways, minute.Key)
		spendDollar(t, gateways, dollar.Key)
	}
	for _, g := range gateways {
		g.end(t, syscall.SIGTERM)
	}

	f, days := &findings{}, []time.Time{began}
	if now := time.Now(); now.UTC().Day() != began.UTC().Day() {
		days = append(days, now)
	}
	rows, bills := rowsOf(t, here, days...), here.books.read(t)
	scope, clients := "api_key/"+dollar.TokenID, map[string]client{}
	for _, one := range bills {
		var c client
		if strings.HasPrefix(one.ID, "dollar-") {
			c.scopes = []string{scope}
		}
		clients[one.ID] = c
	}
	spent := f.balance(t, here, rows, f.compare(bills, rows, clients), map[string]int64{scope: 1e12})[scope]
	var billed, admitted int64
	for _, one := range bills {
		if one.Model == "dear" {
			billed += one.Pico
		} else {
			admitted++
		}
	}
	out := t.Output()
	fmt.Fprintf(out, "dollar spent by two gateways, billed: %.4f\ndollar spent by two gateways, charged: %.4f\nof a limit of 100 a minute, admitted by two gateways: %d\n", float64(billed)/1e12, float64(spent)/1e12, admitted)
	f.print(out)
	f.fail(t)
	if billed > 1e12 || billed < 99e10 {
		t.Errorf("got %d pico-dollars billed, want 0.99 to 1 dollar", billed)
	}
	if admitted > 100 || admitted < 99 {
		t.Errorf("got %d admitted, want 99 or 100", admitted)
	}
}

// together has 64 clients of each gateway ask, each until its function says no.
func together(gateways []*running, ask func(g *running, id string) (again bool)) {
	var all sync.WaitGroup
	for i, g := range gateways {
		for of := range workers {
			all.Go(func() {
				for n := 0; ask(g, fmt.Sprintf("%d-%d-%d", i, of, n)); n++ {
				}
			})
		}
	}
	all.Wait()
}

// spendDollar asks until nobody has got an answer for longer than a gateway
// remembers that there was no room.
func spendDollar(t *testing.T, gateways []*running, key string) {
	t.Helper()
	var last atomic.Int64
	last.Store(time.Now().UnixMilli())
	together(gateways, func(g *running, id string) bool {
		status, reply, err := post(t.Context(), g, g.url+"/v1/chat/completions", key, question("dear", "dollar-"+id, false, 40))
		switch {
		case err == nil && status == http.StatusOK:
			last.Store(time.Now().UnixMilli())
		case err != nil || status != http.StatusBadRequest:
			t.Errorf("got %d %s, %v, want an answer, or that the budget is exceeded", status, reply, err)
			return false
		}
		return time.Now().UnixMilli()-last.Load() < 1500
	})
}

// spendMinute asks within one minute until each client was refused.
func spendMinute(t *testing.T, gateways []*running, key string) {
	t.Helper()
	left := func() time.Duration { return time.Until(time.Now().Truncate(time.Minute).Add(time.Minute)) }
	if left() < 15*time.Second {
		ctx, over := context.WithTimeout(t.Context(), left())
		<-ctx.Done()
		over()
	}
	within := time.Now().Truncate(time.Minute)
	together(gateways, func(g *running, id string) bool {
		status, reply, err := post(t.Context(), g, g.url+"/v1/chat/completions", key, question("steady", "minute-"+id, false, 40))
		if err != nil || status != http.StatusOK && status != http.StatusTooManyRequests {
			t.Errorf("got %d %s, %v, want an answer, or that the limit is reached", status, reply, err)
		}
		return err == nil && status == http.StatusOK
	})
	if !time.Now().Truncate(time.Minute).Equal(within) {
		t.Error("the minute ended before all were refused")
	}
}
