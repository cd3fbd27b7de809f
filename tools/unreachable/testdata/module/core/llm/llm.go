package llm

// Call is promised, and so are its exported methods and what they use.
type Call struct{}

func (Call) Cost() int { return cost() }

func (*Call) Close() {}

func (Call) hidden() {} // want unreachable

func cost() int { return 1 }

// Parse is promised.
func Parse() { parse() }

func parse() {}

func forgotten() {} // want unreachable
