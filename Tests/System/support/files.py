"""The users' files that tests share."""

RDS = """\
environment:
  resources:
    aws:
      - resource:
          type: rds
          configuration: {engine: mysql, flavor: db.t3.micro, final_snapshot: false}
"""

ECS = """\
environment:
  app_deployment:
    target: aws
    type: ecs
    cluster_size: 2
    instance_type: t3.medium
"""

RDS_ECS = RDS + """\
  app_deployment:
    target: aws
    type: ecs
    cluster_size: 2
    instance_type: t3.medium
"""

FARGATE = """\
environment:
  app_deployment: {target: aws, type: ecs, launch_type: fargate}
"""

RDS_FARGATE = RDS + """\
  app_deployment: {target: aws, type: ecs, launch_type: fargate}
"""

APP = """\
app:
  image: registry.example/greetings:1
  container_port: 5000
  host_port: 80
  memory: 512
"""

APP_WITH_DATABASE = APP + """\
  env:
    HOST: $CLOUDARK_RDS_Address
    USER: $CLD_RDS_Username
    PASSWORD: $CLOUDARK_RDS_Password
    DATABASE: $CLOUDARK_RDS_DBName
"""
