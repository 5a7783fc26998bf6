"""What exists in an account, asked with boto3: the independent judge of every test."""


def inventory(cloud, skipping=(), **keys):
    """{kind: [name]} of everything that somebody made; default networks and AWS's own things are not listed.

    `skipping`: services that a test has nothing in; once somebody has looked for an image, moto lists AWS's own parameters by the thousand.
    """
    client = lambda service: cloud.client(service, **keys)
    found = {}

    def add(kind, name):
        found.setdefault(kind, []).append(name)

    ec2 = client("ec2")
    for reservation in ec2.describe_instances()["Reservations"]:
        for instance in reservation["Instances"]:
            if instance["State"]["Name"] not in ("terminated", "shutting-down"):
                add("instance", instance["InstanceId"])
    for group in ec2.describe_security_groups()["SecurityGroups"]:
        if group["GroupName"] != "default":
            add("security group", group["GroupName"])
    for pair in ec2.describe_key_pairs()["KeyPairs"]:
        add("key pair", pair["KeyName"])
    rds = client("rds")
    for database in rds.describe_db_instances()["DBInstances"]:
        add("database", database["DBInstanceIdentifier"])
    for group in rds.describe_db_subnet_groups()["DBSubnetGroups"]:
        if group["DBSubnetGroupName"] != "default":
            add("database subnet group", group["DBSubnetGroupName"])
    for snapshot in rds.describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]:
        add("database snapshot", snapshot["DBSnapshotIdentifier"])
    ecs = client("ecs")
    arns = ecs.list_clusters()["clusterArns"]
    for cluster in ecs.describe_clusters(clusters=arns)["clusters"] if arns else []:
        if cluster["status"] == "INACTIVE":
            continue
        add("cluster", cluster["clusterName"])
        services = ecs.list_services(cluster=cluster["clusterArn"])["serviceArns"]
        for service in ecs.describe_services(cluster=cluster["clusterArn"], services=services)["services"] if services else []:
            if service["status"] != "INACTIVE":
                add("service", service["serviceName"])
    for arn in ecs.list_task_definitions(status="ACTIVE")["taskDefinitionArns"]:
        add("task definition", arn.split("/")[-1])
    elbv2 = client("elbv2")
    for balancer in elbv2.describe_load_balancers()["LoadBalancers"]:
        add("load balancer", balancer["LoadBalancerName"])
        for listener in elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]:
            add("listener", listener["ListenerArn"])
    for group in elbv2.describe_target_groups()["TargetGroups"]:
        add("target group", group["TargetGroupName"])
    for group in client("logs").describe_log_groups()["logGroups"]:
        add("log group", group["logGroupName"])
    iam = client("iam")
    for role in iam.list_roles()["Roles"]:
        if not role["Path"].startswith("/aws-service-role/"):
            add("role", role["RoleName"])
    for profile in iam.list_instance_profiles()["InstanceProfiles"]:
        add("instance profile", profile["InstanceProfileName"])
    for secret in client("secretsmanager").list_secrets()["SecretList"]:
        add("secret", secret["Name"])
    for page in client("sns").get_paginator("list_topics").paginate():
        for topic in page["Topics"]:
            add("topic", topic["TopicArn"].split(":")[-1])
    for page in client("ssm").get_paginator("describe_parameters").paginate() if "ssm" not in skipping else ():
        for parameter in page["Parameters"]:
            # AWS's own, such as the newest image of a system.
            if not parameter["Name"].startswith("/aws/"):
                add("parameter", parameter["Name"])
    for repository in client("ecr").describe_repositories()["repositories"]:
        add("repository", repository["repositoryName"])
    return found


def counts(found):
    """{kind: how many}, for comparisons that show what differs."""
    return {kind: len(names) for kind, names in sorted(found.items())}


def tags_of(entry):
    """The tags of a thing, whatever its service calls them."""
    listed = entry.get("Tags") or entry.get("TagList") or entry.get("tags") or []
    return {tag.get("Key", tag.get("key")): tag.get("Value", tag.get("value")) for tag in listed}
