package ledger

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// State is what was decided about an attempt.
type State string

// The states of a row. All but Pending are final.
const (
	Pending State = "PENDING" // a provider may be at work on it
	Posted  State = "POSTED"  // it cost Row.Cost
	Void    State = "VOID"    // it cost nothing: the provider was not asked, or bills nothing
	Lost    State = "LOST"    // nobody came back in time: charged at its estimate
)

// Row is one attempt: the decision about its holds and its line of the spend
// log. A row whose Part ends in "a" corrects a Lost one, or an account.
type Row struct {
	Request  string
	Part     string
	State    State
	Cost     int64 // pico-dollars
	Estimate int64 // pico-dollars held for it
	Unpriced bool  // nobody knew the cost: it is 0, or the estimate where one was held
	Over     bool  // it cost more than was held for it
	Due      time.Time
	Accounts []string // the accounts it was taken from: "<scope>#<window>"
	Facts    Facts
}

// The attributes of a row beside the facts.
const (
	rowState    = "st"
	rowCost     = "c"
	rowEstimate = "e"
	rowLost     = "le" // what it costs if nobody comes back; absent: the estimate
	rowUnpriced = "un"
	rowOver     = "ov"
	rowDue      = "x"   // Unix seconds; its holds have the same
	rowNonce    = "n"   // tells whose row it is
	rowHolds    = "acc" // a line for each of its holds
)

// ReadRow reads an item of a row partition or of a key's index.
func ReadRow(k store.Keyed) Row {
	row := Row{
		State: State(k.Item.Text(rowState)), Cost: k.Item.Int(rowCost), Estimate: k.Item.Int(rowEstimate),
		Unpriced: k.Item.Int(rowUnpriced) == 1, Over: k.Item.Int(rowOver) == 1,
		Facts: factsOf(k.Item),
	}
	row.Request, row.Part, _ = strings.Cut(k.SK, "#")
	if due := k.Item.Int(rowDue); due != 0 {
		row.Due = time.Unix(due, 0).UTC()
	}
	for _, h := range holdsOf(ref{row.Request, row.Part}, k.Item) {
		_, account := splitAccount(h.account)
		row.Accounts = append(row.Accounts, account)
	}
	return row
}

// KeyShards is how many index partitions a key's rows of a day are spread over.
const KeyShards = 4

// KeyPartition is the partition of store.Index1 that lists a key's decided rows
// of a day in the order of their ids: one of KeyShards.
func KeyPartition(keyHash string, day time.Time, shard int) string {
	return fmt.Sprintf("RK#%s#%s#%d", keyHash, day.UTC().Format(time.DateOnly), shard)
}

// index puts a decided row into its key's list.
func (r ref) index(key store.Key, set store.Item, keyHash string) {
	began, err := Began(r.request)
	if keyHash == "" || err != nil {
		return
	}
	set[store.Index1PK] = KeyPartition(keyHash, began, shardOf(r.request)%KeyShards)
	set[store.Index1SK] = key.SK
}

// hold is money set aside in an account.
type hold struct {
	account store.Key
	name    string // the attribute
	value   string // what it must have to be this one
	amount  int64
}

// holdValue is what is written in an account about a hold: its amount, when it
// may be resolved by others (Unix seconds), and whose it is.
func holdValue(amount, due int64, nonce string) string {
	return strconv.FormatInt(amount, 36) + "." + strconv.FormatInt(due, 36) + "." + nonce
}

// readHold reads an amount and a time from holdValue's text.
func readHold(value string) (amount, due int64, err error) {
	parts := strings.Split(value, ".")
	if len(parts) != 3 {
		return 0, 0, fmt.Errorf("hold %q: want three parts", value)
	}
	amount, err = strconv.ParseInt(parts[0], 36, 64)
	if err == nil {
		due, err = strconv.ParseInt(parts[1], 36, 64)
	}
	return amount, due, err
}

// holdLines are the row's account of its holds: which try, in which purse ("-"
// for none), and of which account.
func holdLines(holds []hold) string {
	var lines []string
	for _, h := range holds {
		try := h.name[strings.LastIndexByte(h.name, '/')+1:]
		purse, account := splitAccount(h.account)
		lines = append(lines, try+" "+cmp.Or(purse, "-")+" "+account)
	}
	return strings.Join(lines, "\n")
}

// holdsOf are the holds that a row decides about. All others that bear its
// name came late, and nobody counted on them.
func holdsOf(r ref, row store.Item) []hold {
	var holds []hold
	amount := row.Int(rowEstimate)
	value := holdValue(amount, row.Int(rowDue), row.Text(rowNonce))
	for line := range strings.SplitSeq(row.Text(rowHolds), "\n") {
		parts := strings.SplitN(line, " ", 3)
		if len(parts) != 3 {
			continue
		}
		try, _ := strconv.ParseInt(parts[0], 10, 64)
		holds = append(holds, hold{
			account: joinAccount(strings.TrimPrefix(parts[1], "-"), parts[2]),
			name:    r.holdName(try), value: value, amount: amount,
		})
	}
	return holds
}
