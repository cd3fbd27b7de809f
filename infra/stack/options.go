package stack

// option is a key of the CDK's context (cdk deploy -c KEY=VALUE), and what it
// changes in a profile.
type option struct {
	key     string
	usage   string // what it is or does, for docs/deploy.md and for who misspells one
	idle    string // dollars a month that it costs when nobody calls; "": none
	setting setting
}

// options lists what may be chosen, besides the stage.
func options() []option {
	var all []option
	for _, group := range [][]option{ofStack(), ofNames(), ofLoad(), ofEntrance(), ofNetwork(), ofData(), ofWatch()} {
		all = append(all, group...)
	}
	return all
}

func ofStack() []option {
	return []option{
		{
			nameKey, "the stack's name", "",
			text(`^[A-Za-z][A-Za-z0-9-]{0,127}$`, "letters, digits and dashes, a letter first, 128 at most", func(p *Profile) *string { return &p.Stack }),
		},
		{
			"tags", "of all resources: `team=llm,cost-center=12`", "",
			tags(func(p *Profile) *map[string]string { return &p.Tags }),
		},
		{
			"keep", "`true`: table, secret, buckets and key outlive the stack, and the table refuses to be deleted", "",
			flag(func(p *Profile) *bool { return &p.Keep }),
		},
		{
			"log-days", "how many days logs are kept: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180 or 365", "",
			logDays(),
		},
	}
}

func ofNames() []option {
	return []option{
		{
			"table-name", "the table's name; without it, CloudFormation makes one", "",
			text(`^[A-Za-z0-9_.-]{3,255}$`, "3 to 255 letters, digits, dots, dashes and underscores", func(p *Profile) *string { return &p.TableName }),
		},
		{
			"bucket-name", "the bucket's name, likewise", "",
			text(`^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`, "3 to 63 small letters, digits and dashes", func(p *Profile) *string { return &p.BucketName }),
		},
		{
			"secret-name", "the secret's name, likewise", "",
			text(`^[A-Za-z0-9/_+=.@-]{1,512}$`, "letters, digits and /_+=.@-, 512 at most", func(p *Profile) *string { return &p.SecretName }),
		},
	}
}

func ofLoad() []option {
	return []option{
		{
			"requests-per-second", "how fast the whole API may be called; what is more gets 429", "",
			number(1, 100_000, func(p *Profile) *int { return &p.RequestsPerSecond }),
		},
		{
			"reserved-concurrency", "how many environments functions may have: `chat:100,embed:20`. They are taken from those of the whole account, which must keep 100 for the rest", "",
			byFunction(func(p *Profile) *map[string]int { return &p.Reserved }),
		},
		{
			"provisioned-concurrency", "how many environments are always ready: `chat:2`", "2.19 for one of 256 MB",
			byFunction(func(p *Profile) *map[string]int { return &p.Provisioned }),
		},
		{
			"warm-reads", "units a second that the table can read at once; AWS charges once for more than a new table's 12,000", "",
			number(1, 10_000_000, func(p *Profile) *int { return &p.WarmReads }),
		},
		{
			"warm-writes", "units a second that it can write at once, likewise, of 4,000", "",
			number(1, 10_000_000, func(p *Profile) *int { return &p.WarmWrites }),
		},
	}
}

func ofEntrance() []option {
	return []option{
		{
			"function-url", "`true`: chat has an address of its own, at no price for a request. It has no throttle and no firewall, so it needs `reserved-concurrency` of chat", "",
			flag(func(p *Profile) *bool { return &p.FunctionURL }),
		},
		{
			"domain", "a name of yours for the API; it needs a `certificate`", "",
			text(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$`, "a domain name in small letters", func(p *Profile) *string { return &p.Domain.Name }),
		},
		{
			"certificate", "the ARN of the domain's certificate, in ACM of the stack's region", "",
			text(`^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[A-Za-z0-9-]+$`, "the ARN of a certificate in ACM", func(p *Profile) *string { return &p.Domain.Certificate }),
		},
		{
			"base-path", "the path of the domain that is the API's; without it, all are", "",
			text(`^[A-Za-z0-9_-]{1,100}$`, "one segment of letters, digits, dashes and underscores", func(p *Profile) *string { return &p.Domain.BasePath }),
		},
		{
			"hosted-zone", "the id of the domain's zone in Route 53, to put the name into", "",
			text(`^Z[A-Z0-9]{1,31}$`, "the id of a hosted zone", func(p *Profile) *string { return &p.Domain.HostedZone }),
		},
		{
			"firewall-rate", "how often one address may ask in five minutes; what is more gets 429 from a firewall", "6.00",
			number(10, 2_000_000_000, func(p *Profile) *int { return &p.FirewallRate }),
		},
	}
}

func ofNetwork() []option {
	return []option{
		{
			"subnets", "where in a VPC functions run: `subnet-1,subnet-2`, private ones with a way to providers and AWS. They need `security-groups`", "",
			list(`^subnet-[0-9a-f]+$`, "subnets' ids", func(p *Profile) *[]string { return &p.Network.Subnets }),
		},
		{
			"security-groups", "of functions in a VPC: `sg-1,sg-2`", "",
			list(`^sg-[0-9a-f]+$`, "security groups' ids", func(p *Profile) *[]string { return &p.Network.SecurityGroups }),
		},
	}
}

func ofData() []option {
	return []option{
		{
			"key", "`true`: a KMS key of the stack's own encrypts table, secret, bucket, queues, logs and variables", "1.00",
			flag(func(p *Profile) *bool { return &p.Key }),
		},
	}
}

func ofWatch() []option {
	return []option{
		{
			"tracing", "`true`: X-Ray traces requests", "",
			flag(func(p *Profile) *bool { return &p.Tracing }),
		},
		{
			"access-logs", "a line for each request to the API, with the caller's address, written with a `role` of this stack's, with the `existing` role of the account's API Gateway, or `off`", "",
			text("^("+logsWithRole+"|"+logsExisting+"|"+logsOff+")$", logsWithRole+", "+logsExisting+" or "+logsOff, func(p *Profile) *string { return &p.AccessLogs }),
		},
		{
			"alarms", "`true`: alarms for what an operator must know", "1.50",
			flag(func(p *Profile) *bool { return &p.Alarms }),
		},
		{
			"alarm-email", "an address that alarms write to", "",
			text(`^[^@\s]+@[^@\s]+\.[^@\s]+$`, "an e-mail address", func(p *Profile) *string { return &p.AlarmEmail }),
		},
		{
			"alarm-topic", "the ARN of an SNS topic of yours that alarms write to, instead", "",
			text(`^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$`, "the ARN of a topic", func(p *Profile) *string { return &p.AlarmTopic }),
		},
		{
			"dashboard", "`true`: a dashboard; an account's first three are free", "3.00",
			flag(func(p *Profile) *bool { return &p.Dashboard }),
		},
	}
}
