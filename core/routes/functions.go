package routes

// Function is one Lambda function: a family of routes that share a cold start,
// or what a schedule or a queue invokes. Its Mode holds for all its routes,
// because a Lambda event does not say how the reply will be passed on.
type Function struct {
	Name           string
	Dir            string // folder of its main package, from the module's root
	Mode           Mode   // "": it has no routes
	MemoryMB       int
	TimeoutSeconds int
	Env            []string // names of the environment variables it reads
	Grants         []Grant  // what it may ask of AWS, beside writing its own log
}

// Schedule has EventBridge invoke a function again and again.
type Schedule struct {
	Name     string
	Function string
	Minutes  int // between two invocations
}

// ConfigKey is the object in the stack's bucket that is the configuration. What it
// includes is beside it or below.
const ConfigKey = "config/config.yaml"

// Queue is one of SQS whose messages a function works off, with a queue beside
// it for the messages that it could not.
type Queue struct {
	Name              string
	Function          string
	VisibilitySeconds int // a message that is being worked off is hidden for so long; at least the function's timeout
	BatchSize         int // messages of one invocation, at most
	MaxReceives       int // after which a message goes to the other queue
}

// Variable is the environment variable that has the queue's URL.
func (q Queue) Variable() string { return "QUEUE_URL_" + upper(q.Name) }

// Functions lists every Lambda function, in the order of template.yaml.
func Functions() []Function {
	return []Function{
		{
			Name: "chat", Dir: "functions/chat", Mode: Stream, MemoryMB: 256, TimeoutSeconds: 900,
			Env: answers("QUEUE_URL_BATCH"), Grants: append(models(), Grant{On: "Queue:batch", Actions: []string{"sqs:SendMessage"}}),
		},
		{Name: "embed", Dir: "functions/embed", Mode: Stream, MemoryMB: 256, TimeoutSeconds: 900, Env: answers(), Grants: models()},
		{Name: "media", Dir: "functions/media", Mode: Stream, MemoryMB: 512, TimeoutSeconds: 900, Env: answers(), Grants: models()},
		{Name: "pass", Dir: "functions/pass", Mode: Stream, MemoryMB: 256, TimeoutSeconds: 900, Env: answers(), Grants: models()},
		{Name: "admin", Dir: "functions/admin", Mode: Buffered, MemoryMB: 512, TimeoutSeconds: 29, Env: answers(), Grants: listed()},
		{Name: "meta", Dir: "functions/meta", Mode: Buffered, MemoryMB: 256, TimeoutSeconds: 29, Env: answers(), Grants: models()},
		{
			Name: "schedule", Dir: "functions/schedule", MemoryMB: 512, TimeoutSeconds: 300,
			Env: append(env(), "QUEUE_URL_BATCH"), Grants: append(listed(), Grant{On: "Queue:batch", Actions: []string{"sqs:SendMessage"}, Why: "a message that was lost is sent again, which none is in a test"}),
		},
		{
			Name: "batch", Dir: "functions/batch", MemoryMB: 256, TimeoutSeconds: 900, Env: append(env(), "QUEUE_URL_BATCH"),
			Grants: append(
				models(),
				Grant{On: "Queue:batch", Actions: []string{"sqs:DeleteMessage", "sqs:ReceiveMessage", "sqs:SendMessage"}},
				Grant{On: "Queue:batch", Actions: []string{"sqs:GetQueueAttributes"}, Why: "Lambda asks how long messages are hidden before it takes some"},
			),
		},
	}
}

// Schedules lists what runs without being asked.
func Schedules() []Schedule {
	return []Schedule{{Name: "EveryMinute", Function: "schedule", Minutes: 1}}
}

// Queues lists what is worked off later.
func Queues() []Queue {
	return []Queue{{Name: "batch", Function: "batch", VisibilitySeconds: 960, BatchSize: 10, MaxReceives: 5}}
}

// env lists what every function reads: where its configuration is (a file of
// its package, or an object in S3), the secret that has what the environment
// has not, the key that guards all, the processors it may use (a function of
// 256 MB has a fraction of one), and the DynamoDB table of keys, spend and
// responses ("": each environment remembers for itself).
func env() []string {
	return []string{
		"CONFIG_FILE_PATH", "GOMAXPROCS", "LITELLM_CONFIG_BUCKET_NAME", "LITELLM_CONFIG_BUCKET_OBJECT_KEY", "LITELLM_MASTER_KEY",
		"PRIMARY_SECRET_NAME", "TABLE_NAME",
	}
}

// answers lists what a function with routes reads: these, the mode that they
// are integrated with, and others.
func answers(others ...string) []string { return append(append(env(), "RESPONSE_MODE"), others...) }

func upper(name string) string {
	b := []byte(name)
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}
