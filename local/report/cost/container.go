package cost

// Hours are those of an average month, as AWS's calculator has it.
const Hours = 730

// Container is a gateway that runs all month, with what LiteLLM's documents ask
// for beside it: a database for keys and spend, and Redis as soon as there is
// more than one process.
// Sources: https://docs.litellm.ai/docs/proxy/prod,
// https://docs.litellm.ai/docs/proxy/db_sizing,
// https://docs.litellm.ai/docs/proxy/redis_sizing
type Container struct {
	Tasks     float64
	CPU       float64 // of one task
	MemoryGB  float64
	Addresses float64 // public ones: of the balancer, one in each zone, and of each task, which reaches providers without a NAT gateway
	DiskGB    float64 // of the database
}

// Smallest is less than LiteLLM's documents advise: the gateways of its own
// benchmarks have 4 processors and 8 GB each, and its smallest Redis 8 GB.
func Smallest() Container {
	return Container{Tasks: 1, CPU: 1, MemoryGB: 4, Addresses: 3, DiskGB: 20}
}

// Month is the bill of a month, whether or not anybody asks.
func (t *Table) Month(c Container) []Line {
	return []Line{
		t.of("Fargate: processors", Hours*c.Tasks*c.CPU, "fargate-cpu-hour"),
		t.of("Fargate: memory", Hours*c.Tasks*c.MemoryGB, "fargate-gb-hour"),
		t.of("load balancer", Hours, "balancer-hour"),
		t.of("load balancer: one unit", Hours, "balancer-unit-hour"),
		t.of("public addresses", Hours*c.Addresses, "address-hour"),
		t.of("Postgres", Hours, "postgres-hour"),
		t.of("Postgres: disk", c.DiskGB, "postgres-gb"),
		t.of("Redis", Hours, "redis-hour"),
	}
}
